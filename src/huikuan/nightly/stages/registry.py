"""The stages of the night by name, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from huikuan.nightly.facts import StageName, StageOutput
from huikuan.nightly.night import Night
from huikuan.nightly.stages.age import age_stage
from huikuan.nightly.stages.classify import classify_stage
from huikuan.nightly.stages.ingest import ingest_stage
from huikuan.nightly.stages.migrate import migrate_stage
from huikuan.nightly.stages.publish import publish_stage
from huikuan.nightly.stages.reconcile import reconcile_stage
from huikuan.nightly.stages.snapshot import snapshot_stage

STAGES: Final[Mapping[StageName, Callable[[Night], StageOutput]]] = {
    StageName.INGEST: ingest_stage,
    StageName.SNAPSHOT: snapshot_stage,
    StageName.AGE: age_stage,
    StageName.CLASSIFY: classify_stage,
    StageName.RECONCILE: reconcile_stage,
    StageName.MIGRATE: migrate_stage,
    StageName.PUBLISH: publish_stage,
}
