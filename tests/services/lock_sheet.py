"""Saves a workbook with a password through LibreOffice's own interface: run by the system's python3 (python3-uno)."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    try:
        import uno
        from com.sun.star.beans import NamedValue, PropertyValue
    except ImportError:
        return 77
    source, target = (Path(word).resolve().as_uri() for word in sys.argv[1:3])
    pipe = f"pairing{time.time_ns()}"
    with tempfile.TemporaryDirectory() as home:
        office = subprocess.Popen(["soffice", f"-env:UserInstallation={Path(home).as_uri()}", "--headless",
                                   "--norestore", f"--accept=pipe,name={pipe};urp;"])
        try:
            context = uno.getComponentContext()
            resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
            for _ in range(200):
                try:
                    remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                    break
                except Exception:  # noqa: BLE001  # not there yet
                    time.sleep(0.1)
            desktop = remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
            words = {"Hidden": True}
            document = desktop.loadComponentFromURL(source, "_blank", 0, tuple(
                PropertyValue(Name=name, Value=value) for name, value in words.items()))
            old = sys.argv[2].endswith(".xls")
            words = {"FilterName": "MS Excel 97" if old else "Calc MS Excel 2007 XML"}
            if old:
                words["Password"] = "密码123"
            else:
                said = (("OOXPassword", "密码123"), ("CryptoType", "Standard"))
                named = [NamedValue(Name=n, Value=v) for n, v in said]
                words["EncryptionData"] = uno.Any("[]com.sun.star.beans.NamedValue", tuple(named))
            document.storeToURL(target, tuple(PropertyValue(Name=n, Value=v) for n, v in words.items()))
            document.close(True)
            desktop.terminate()
        finally:
            office.wait(30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
