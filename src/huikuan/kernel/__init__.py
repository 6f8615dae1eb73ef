"""Ground of all packages: banks, institutions, users, money, business days, tenancy and the vault.

Words: *bank* (a legal person, the tenant; the database shows one bank at a time), *institution* (a node
of the tree bank → department, branch → outlet), *grant* (a role of a user at an institution), *business
calendar* (which days a bank works), *vault* (columns with personal data, encrypted).

May use: nothing of Huikuan. What kernel needs from above (evidence) comes through ``kernel.ports``.

Read first: ``tenancy.bank_scope``, ``rls.protect``, ``rules.permissions.permissions_of_grants``.
"""
