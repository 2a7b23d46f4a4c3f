"""Fetches the packages named in corpus.json with npm and apt-get, and unpacks them."""

import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from settings import CACHE, RECIPE

CORPUS_FILE = RECIPE / "corpus.json"


@dataclass(frozen=True)
class Package:
    """One package of the corpus. `include` are path prefixes inside it; `role` 'messages' feeds only the translator.

    With `source_maps` its text is not its files but the TypeScript that its source maps carry. `presets` names the
    presets that read it; empty for all.
    """

    source: str
    name: str
    version: str
    license: str
    include: tuple[str, ...]
    held_out: bool
    role: str
    source_maps: bool = False
    presets: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the package is unpacked."""
        return CACHE / "packages" / f"{self.source}-{self.name.replace('/', '+')}"


def read_corpus(path: Path = CORPUS_FILE) -> list[Package]:
    """Reads the package list, in its order."""
    return [
        Package(
            source=entry["source"],
            name=entry["name"],
            version=entry["version"],
            license=entry["license"],
            include=tuple(entry["include"]),
            held_out=entry.get("heldOut", False),
            role=entry.get("role", "code"),
            source_maps=entry.get("sourceMaps", False),
            presets=tuple(entry.get("presets", ())),
        )
        for entry in json.loads(path.read_text("utf8"))["packages"]
    ]


def code_packages(preset_name: str) -> list[Package]:
    """The packages whose code or prose a preset is trained on or measured with."""
    return [p for p in read_corpus() if p.role == "code" and (not p.presets or preset_name in p.presets)]


def fetch(package: Package) -> None:
    """Downloads and unpacks one package unless it is there already."""
    if (package.folder / "unpacked").exists():
        return
    shutil.rmtree(package.folder, ignore_errors=True)
    package.folder.mkdir(parents=True)
    print(f"Fetching {package.name} {package.version} from {package.source}.", flush=True)
    fetch_npm(package) if package.source == "npm" else fetch_debian(package)
    (package.folder / "unpacked").touch()


def fetch_npm(package: Package) -> None:
    """Runs `npm pack` and unpacks the tarball without its `package/` folder."""
    wanted = f"{package.name}@{package.version}" if package.version else package.name
    subprocess.run(["npm", "pack", "--silent", wanted], cwd=package.folder, check=True, stdout=subprocess.DEVNULL)
    archive = next(package.folder.glob("*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(package.folder / "files", filter="data")
    archive.unlink()
    check_npm_license(package)


def check_npm_license(package: Package) -> None:
    """Raises when the package declares another licence than corpus.json; Debian's were read by hand."""
    manifest = next((package.folder / "files").glob("*/package.json"))
    declared = json.loads(manifest.read_text("utf8")).get("license")
    if declared != package.license:
        raise ValueError(f"{package.name} is {declared}, not {package.license}.")


def fetch_debian(package: Package) -> None:
    """Runs `apt-get download` (Debian's index must be fresh) and unpacks the data archive."""
    wanted = f"{package.name}={package.version}" if package.version else package.name
    subprocess.run(["apt-get", "download", "-qq", wanted], cwd=package.folder, check=True)
    archive = next(package.folder.glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", archive.name, "files"], cwd=package.folder, check=True)
    archive.unlink()


def files_of(package: Package) -> Iterator[tuple[str, Path]]:
    """Yields (path inside the package, file) for every regular file under the included prefixes, sorted."""
    root = package.folder / "files"
    if package.source == "npm":
        root = next(child for child in sorted(root.iterdir()) if child.is_dir())
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root).as_posix()
        if file.is_file() and not file.is_symlink() and is_wanted(path, package):
            yield path, file


def is_wanted(path: str, package: Package) -> bool:
    """True under an included prefix, and for the package's own README."""
    return path.startswith(package.include) or path.lower() == "readme.md"
