"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")

if os.environ.get("HUIKUAN_RUN_ID"):
    # Started by our supervisor: a worker must not outlive a killed parent, or it would keep the port.
    from huikuan.runtime.process import die_with_parent

    die_with_parent()

application = get_wsgi_application()
