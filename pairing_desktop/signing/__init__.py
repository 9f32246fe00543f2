"""Who vouches for bytes: keys, certificates, signatures, verdicts. Knows no form, no record, no document.

- ``identity`` whom a certificate names · ``algorithms`` RSA and ECDSA now · ``keys`` who can sign · ``trust`` is a
  certificate good
- ``wrapper`` a key at rest · ``passphrase`` is one strong · ``token``, ``token_place`` keys on PKCS#11 tokens
- ``requests`` what a county asks with · ``authority``, ``certifying``, ``register`` what the province answers with and
  keeps · ``enrolment`` the bundle that travels back, what falls due
- ``der``, ``cades`` detached CMS signatures in one form · ``container``, ``manifest`` the packet's strict zip and its
  signed lists · ``pdf_signature`` signatures inside a PDF · ``verdict`` the separate answers
- ``ooxml_signature`` signatures inside a workbook · ``ooxml_xml`` their XML in one spelling · ``opc``, ``opc_parsing``,
  ``opc_zip`` the package that they cover

Places kept: the Windows store as one more ``Signer`` beside ``keys.Key`` and ``token.TokenKey``, SM2 as one more row of
``algorithms``. Nothing here is a stub for them.
"""
