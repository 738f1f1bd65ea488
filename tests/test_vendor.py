"""Foreign front-end code is what its manifest says, comes with its licence, and asks nobody else."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).parent.parent / "api" / "static" / "vendor"
MANIFEST = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))
FILES = [(package, file, told) for package, about in MANIFEST.items() for file, told in about["files"].items()]


@pytest.mark.parametrize(("package", "file", "told"), FILES, ids=[f"{package}-{file}" for package, file, _ in FILES])
def test_a_foreign_file_has_its_hash(package: str, file: str, told: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / package / file).read_bytes()).hexdigest() == told["sha256"]


@pytest.mark.parametrize("package", MANIFEST)
def test_foreign_code_comes_with_its_licence_and_version(package: str) -> None:
    assert {"version", "licence", "purpose", "files"} <= set(MANIFEST[package])
    assert (VENDOR / package / "LICENSE.txt").read_text(encoding="utf-8").strip()


def test_nothing_foreign_is_without_an_entry() -> None:
    here = {path.relative_to(VENDOR) for path in VENDOR.rglob("*") if path.is_file()}
    told = {Path(package, file) for package, file, _ in FILES} | {Path(package, "LICENSE.txt") for package in MANIFEST}
    assert here - told == {Path("manifest.toml")}
