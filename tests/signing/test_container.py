"""The strict zip: what goes in comes out, and no byte of it is free."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import packet_parts
from pairing_desktop.signing import container, manifest

PART = st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,10}", fullmatch=True)
NAMES = st.lists(PART, min_size=1, max_size=3).map("/".join).filter(lambda n: n.lower() != "mimetype")
FILES = st.dictionaries(NAMES, st.binary(max_size=200), max_size=8).filter(
    lambda files: len({n.lower() for n in files}) == len(files))


@given(FILES)
def test_what_goes_in_comes_out(files: dict[str, bytes]) -> None:
    content = container.pack(files)
    read = container.read(content)
    assert dict(read.files) == files
    assert read.problems == ()
    assert container.pack(dict(reversed(files.items()))) == content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "mimetype"
        assert {n: archive.read(n) for n in archive.namelist()} == {"mimetype": container.MIMETYPE, **files}


@given(FILES, st.data())
def test_any_other_bytes_are_told(files: dict[str, bytes], draw: st.DataObject) -> None:
    content = container.pack(files)
    place = draw.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[place] ^= draw.draw(st.integers(1, 255))
    assert told(bytes(changed))


def told(content: bytes) -> bool:
    try:
        return bool(container.read(content).problems)
    except Trouble:
        return True


def test_every_single_byte() -> None:
    """All of them, in all the ways one bit can change: the checksum tells even of contents."""
    content = container.pack({"data.json": b"{}", "META-INF/a.xml": b"<a/>"})
    for place in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            assert told(bytes(changed)), (place, bit)


@given(st.binary(max_size=300))
def test_noise_never_raises_but_trouble(noise: bytes) -> None:
    for content in (noise, b"PK\x03\x04" + noise, container.pack({"a": b"b"}) + noise[:1] + b"x"):
        assert told(content)


@given(st.text(max_size=20))
def test_safe_names_stay_inside_any_folder(name: str) -> None:
    if container.safe_name(name):
        assert name.isascii()
        assert not name.startswith(("/", "."))
        assert ".." not in name.split("/")
        assert not set(name) & set('\\:*?"<>|')


def test_names_that_differ_only_in_case_are_one_file_on_windows() -> None:
    with pytest.raises(Trouble):
        container.pack({"a.txt": b"", "A.txt": b""})


def test_too_many_files() -> None:
    with pytest.raises(Trouble) as error:
        container.pack({f"f{n}": b"" for n in range(container.MAX_FILES)})
    assert error.value.problems[0].code == "signing.too_many_files"


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_BYTES", 1 << 20)
    big = {"a": bytes(2 << 20)}
    with pytest.raises(Trouble) as error:
        container.pack(big)
    assert error.value.problems[0].code == "signing.too_large"
    monkeypatch.undo()
    content = container.pack(big)
    monkeypatch.setattr(container, "MAX_BYTES", 1 << 20)
    with pytest.raises(Trouble) as error:
        container.read(content)
    assert error.value.problems[0].code == "signing.too_large"


@given(st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=6), st.integers(1, 999))
def test_a_manifest_reads_as_it_was_written(files: dict[str, bytes], number: int) -> None:
    made = manifest.make(number, packet_parts.digests(files))
    assert manifest.read(made.to_xml(), name="m") == made


@given(st.data())
def test_a_manifest_has_one_spelling(draw: st.DataObject) -> None:
    made = manifest.make(1, packet_parts.digests({"data.json": b"{}", "attachments/a.jpg": b"x"}))
    content = made.to_xml()
    place = draw.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[place] ^= draw.draw(st.integers(1, 255))
    try:
        other = manifest.read(bytes(changed), name="m")
    except Trouble:
        return
    assert other != made


ETSI = """
<xs:schema targetNamespace="http://uri.etsi.org/02918/v1.2.1#" xmlns="http://uri.etsi.org/02918/v1.2.1#"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    elementFormDefault="qualified">
  <xs:import namespace="http://www.w3.org/2000/09/xmldsig#" schemaLocation="{dsig}"/>
  <xs:element name="ASiCManifest"><xs:complexType><xs:sequence>
    <xs:element name="SigReference"><xs:complexType>
      <xs:attribute name="URI" type="xs:anyURI" use="required"/><xs:attribute name="MimeType" type="xs:string"/>
    </xs:complexType></xs:element>
    <xs:element name="DataObjectReference" maxOccurs="unbounded"><xs:complexType>
      <xs:sequence><xs:element ref="ds:DigestMethod"/><xs:element ref="ds:DigestValue"/></xs:sequence>
      <xs:attribute name="URI" type="xs:anyURI" use="required"/><xs:attribute name="MimeType" type="xs:string"/>
      <xs:attribute name="Rootfile" type="xs:boolean"/>
    </xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""

DSIG = """
<xs:schema targetNamespace="http://www.w3.org/2000/09/xmldsig#" xmlns="http://www.w3.org/2000/09/xmldsig#"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:element name="DigestMethod"><xs:complexType>
    <xs:attribute name="Algorithm" type="xs:anyURI" use="required"/></xs:complexType></xs:element>
  <xs:element name="DigestValue" type="xs:base64Binary"/>
</xs:schema>"""


def test_the_manifest_has_the_shape_of_the_etsi_schema(tmp_path: Path) -> None:
    """The parts of EN 319 162-1's schema that we use (the whole imports XAdES)."""
    (tmp_path / "dsig.xsd").write_text(DSIG)
    (tmp_path / "asic.xsd").write_text(ETSI.format(dsig="dsig.xsd"))
    schema = etree.XMLSchema(etree.parse(str(tmp_path / "asic.xsd")))
    digests = packet_parts.digests({"data.json": b"{}", "report.pdf": b"%PDF"})
    document = etree.fromstring(manifest.make(1, digests).to_xml())
    schema.assertValid(document)
    assert document.find("{*}SigReference").get("URI") == "META-INF/signature001.p7s"
