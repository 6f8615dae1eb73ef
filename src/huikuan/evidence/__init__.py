"""What happened, who did it, and who agreed: the event log and the approvals.

Words: *event* (a typed fact that is never changed), *subject* (what the event is about; its events are
numbered without gaps), *approval* (a request that a second person decides).

May use: ``kernel``.

Read first: ``services.append.event_append``, ``services.approval.approval_request``,
``services.approval.approval_decide``.
"""
