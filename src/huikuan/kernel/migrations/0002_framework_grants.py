"""What the application's role may do with the tables of Django and django-axes."""

from django.db import migrations

from huikuan.kernel.rls import ALL_PRIVILEGES, grant

READ_WRITE = ("django_session", "axes_accessattempt", "axes_accessattemptexpiration")
READ = (
    "axes_accesslog",
    "axes_accessfailurelog",
    "django_migrations",
    "django_content_type",
    "auth_group",
    "auth_permission",
    "auth_group_permissions",
)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [
        *(grant(table, ALL_PRIVILEGES) for table in READ_WRITE),
        *(grant(table, ["select"]) for table in READ),
    ]
