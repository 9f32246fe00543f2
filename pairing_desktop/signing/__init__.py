"""Who vouches for bytes: keys, certificates, signatures, verdicts. Knows no form, no record, no document.

- ``identity`` whom a certificate names · ``algorithms`` RSA and ECDSA now · ``keys`` who can sign · ``authority`` the
  sample authority · ``trust`` is a certificate good
- ``der``, ``cades`` detached CMS signatures in one form · ``container``, ``manifest`` the packet's strict zip and its
  signed lists · ``pdf_signature`` signatures inside a PDF · ``verdict`` the separate answers
- ``ooxml_signature`` signatures inside a workbook · ``ooxml_xml`` their XML in one spelling · ``opc``, ``opc_parsing``,
  ``opc_zip`` the package that they cover

Places kept for the next issues: a token's ``Signer`` (PKCS#11) and the Windows store beside ``keys.Key``, SM2 as one
more row of ``algorithms``, the resting place of a key behind a slow key derivation. Nothing here is a stub for them.
"""
