"""Everything that starts and stops processes: embedded PostgreSQL, the supervisor, `huikuan demo` and `huikuan serve`.

Words:
    home: the folder that holds all data of one installation (`HUIKUAN_HOME`): `pg/`, `lake/`, `inbox/`, `keys/`,
        `run/`, `log/`.
    cluster: the files of one PostgreSQL server.
    step: a piece of work that ends by itself (migrate, deliver the sample files, run the nights).
    service: a process that stays (PostgreSQL, the web server).

May use: every other package, but only through their commands and `huikuan.kernel.errors`; this package must work
before Django is configured, so it imports no Django.

Read first: `postgres.Server.start`, `supervisor.Supervisor.watch`, `demo.demo_run`.
"""
