"""Which records of a round carry signs of poor fieldwork, for whoever reads them one by one."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from analysis.fieldwork.assessment import SIGNS, assessed
from schemas.rules.quality import quality_rules
from server.observations.observations import refresh
from server.observations.segments import Manifest
from server.observations.sources import observations_folder
from server.quality.queries import fieldwork_of
from server.store.database import Database

KEPT: Final = 4
"""Rounds whose signs stay in memory."""

Signs = Mapping[int, tuple[str, ...]]
"""The names of the signs of each record that carries any, by its number."""

_recent: "OrderedDict[tuple[object, ...], Signs]" = OrderedDict()
_computing = threading.Lock()


def signs_of(database: Database, data_dir: Path, round_id: str) -> Signs:
    """Assess the interviews of a round; forms without ratings have none, anonymous ones never."""
    folder = observations_folder(data_dir)
    manifest = refresh(database, folder)
    segments = tuple(segment.name for segment in manifest.rounds.get(round_id, []))
    replaced = tuple(manifest.replaced.get(round_id, []))
    key = folder, round_id, segments, replaced
    with _computing:
        if key not in _recent:
            _recent[key] = _assessed(folder, round_id, manifest) if segments else {}
        _recent.move_to_end(key)
        while len(_recent) > KEPT:
            _recent.popitem(last=False)
        return _recent[key]


def _assessed(folder: Path, round_id: str, manifest: Manifest) -> Signs:
    fieldwork, _, _ = fieldwork_of(folder, round_id, manifest)
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    signs = assessed(fieldwork, quality_rules()).signs
    for name in SIGNS:
        for sequence in fieldwork.sequence[signs[name]].tolist():
            found[sequence] += (name,)
    return dict(found)
