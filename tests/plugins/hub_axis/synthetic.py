"""Synthetic answers of an Axis camera, written by hand after VAPIX's documented shapes: no real device said this."""

import json
from datetime import datetime
from typing import Any

from hub.testing.devices import Fault, Reply

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(60) + b"\xff\xd9"
MATROSKA = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40

PARAMETERS = """\
root.Brand.Brand=AXIS
root.Brand.ProdFullName=AXIS T9000-V Network Camera
root.Brand.ProdNbr=T9000-V
root.Brand.ProdShortName=AXIS T9000-V
root.Brand.ProdType=Network Camera
root.HTTPS.AllowTLS1=yes
root.HTTPS.Enabled=yes
root.Image.NbrOfConfigs=3
root.Image.I0.Enabled=yes
root.Image.I0.Name=Yard
root.Image.I0.Source=0
root.Image.I0.Appearance.Compression=30
root.Image.I0.Appearance.Resolution=1920x1080
root.Image.I0.Text.String=first line
second line = of the overlay
root.Image.I1.Enabled=yes
root.Image.I1.Name=Gate
root.Image.I1.Source=1
root.Image.I1.Appearance.Resolution=1280x960
root.Image.I2.Enabled=no
root.Image.I2.Name=View Area 3
root.Network.BootProto=dhcp
root.Network.IPAddress=192.0.2.90
root.Network.FTP.Enabled=no
root.Network.HTTP.AuthenticationPolicy=digest
root.Network.Interface.I0.dot1x.EAPTLS.PrivateKeyPassword=******
root.Network.RTSP.Enabled=yes
root.Network.RTSP.Port=10554
root.Network.RTSP.ProtViewer=anonymous
root.Network.SSH.Enabled=yes
root.Network.VolatileHostName.HostName=axis-accc8e000001
root.Network.Wireless.W0.Passphrase=******
root.PTZ.ImageSource.I0.PTZEnabled=true
root.PTZ.Support.S1.AbsolutePan=true
root.PTZ.Support.S1.AbsoluteTilt=true
root.PTZ.Support.S1.AbsoluteZoom=true
root.PTZ.UserAdv.U1.LastTestDate=Mon Mar  4 14:54:32 2024
root.Properties.API.RTSP.Version=2.01
root.Properties.API.WebService.WebService=yes
root.Properties.Firmware.Version=11.8.61
root.Properties.Image.Format=jpeg,mjpeg,h264,h265
root.Properties.Image.NbrOfViews=2
root.Properties.Image.Resolution=1920x1080,1280x960,1280x720,800x600,640x480,640x360,320x240
root.Properties.LocalStorage.ExportRecording=yes
root.Properties.LocalStorage.LocalStorage=yes
root.Properties.PTZ.PTZ=yes
root.Properties.System.SerialNumber=ACCC8E000001
root.Properties.Tampering.Tampering=yes
root.Properties.TemperatureSensor.TemperatureSensor=yes
root.SNMP.EngineBoots=17
root.SNMP.V1=no
root.SNMP.V1ReadCommunity=hidden-word
root.StreamProfile.MaxGroups=26
root.StreamProfile.S0.Name=Night watch
root.StreamProfile.S0.Parameters=videocodec=h265&resolution=1280x720&fps=8
root.System.RootPwdSet=yes
root.Tampering.T0.DarkDetectionEnabled=no
root.Time.POSIXTimeZone=CET-1CEST,M3.5.0,M10.5.0/3
root.Time.SyncSource=NTP
root.Time.DST.Enabled=yes
root.Time.NTP.Server=ntp.plant.example
root.Time.NTP.VolatileServer=0.0.0.0
"""

DISKS = """\
<?xml version="1.0" ?>
<root xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <disks numberofdisks="2">
    <disk diskid="SD_DISK" name="" totalsize="{size}" freesize="{free}" cleanuppolicy="{policy}" locked="no"
      full="{full}" readonly="no" status="{status}" filesystem="ext4" group="S0"/>
    <disk diskid="NetworkShare" name="" totalsize="0" freesize="0" cleanuppolicy="fifo" locked="no" full="no"
      readonly="no" status="disconnected" filesystem="cifs" group="S1"/>
  </disks>
</root>"""

RECORDINGS = """\
<?xml version="1.0" ?>
<root>
  <recordings totalnumberofrecordings="3" numberofrecordings="3">
    <recording diskid="SD_DISK" recordingid="20260105_070000_00AA_ACCC8E000001" starttime="2026-01-05T07:00:00.500Z"
      stoptime="2026-01-05T07:10:00Z" recordingtype="triggered" eventid="motion" recordingstatus="completed" source="1">
      <video mimetype="video/x-h264" width="1920" height="1080"/>
    </recording>
    <recording diskid="SD_DISK" recordingid="20260105_080000_00AB_ACCC8E000001" starttime="2026-01-05T08:00:00Z"
      stoptime="2026-01-05T08:10:00Z" recordingtype="triggered" eventid="" recordingstatus="completed" source="2"/>
    <recording diskid="SD_DISK" recordingid="20260105_090000_00AC_ACCC8E000001" starttime="2026-01-05T09:00:00Z"
      stoptime="" recordingtype="continuous" eventid="always" recordingstatus="recording" source="1"/>
  </recordings>
</root>"""

SOAP = (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:tev="http://www.onvif.org/ver10/events/wsdl">'
    "<s:Body>{}</s:Body></s:Envelope>"
)
SUBSCRIBED = SOAP.format(
    "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
    "<a:Address>http://192.0.2.90/vapix/services</a:Address><a:ReferenceParameters>"
    '<dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">17</dom0:SubscriptionId>'
    "</a:ReferenceParameters></tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>"
)
RENEWED = SOAP.format("<wsnt:RenewResponse/>")
UNSUBSCRIBED = SOAP.format("<wsnt:UnsubscribeResponse/>")
SERVICE = SOAP.format("<tev:GetServiceCapabilitiesResponse/>")
REFUSED = SOAP.format(
    '<s:Fault xmlns:ter="http://www.onvif.org/ver10/error"><s:Code><s:Value>s:Sender</s:Value><s:Subcode>'
    "<s:Value>{}</s:Value></s:Subcode></s:Code><s:Reason><s:Text>{}</s:Text></s:Reason></s:Fault>"
)


def message(topic: str, operation: str, source: dict[str, str], data: dict[str, str], at: str = "") -> str:
    def items(values: dict[str, str]) -> str:
        return "".join(f'<tt:SimpleItem Name="{name}" Value="{value}"/>' for name, value in values.items())

    stated = f' PropertyOperation="{operation}"' if operation else ""
    return (
        f"<wsnt:NotificationMessage><wsnt:Topic>{topic}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{at or "2026-01-05T08:00:00.25Z"}"{stated}><tt:Source>{items(source)}</tt:Source>'
        f"<tt:Data>{items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def pulled(*messages: str) -> Reply:
    body = SOAP.format(f"<tev:PullMessagesResponse>{''.join(messages)}</tev:PullMessagesResponse>")
    return Reply(body=body.encode(), media="application/soap+xml")


def text(body: str) -> Reply:
    return Reply(body=body.encode(), media="text/plain")


def data(body: Any) -> Reply:
    return Reply(body=json.dumps({"apiVersion": "1.0", "data": body}).encode(), media="application/json")


def error(code: int, words: str, status: int = 200) -> Reply:
    body = {"apiVersion": "1.0", "error": {"code": code, "message": words}}
    return Reply(body=json.dumps(body).encode(), media="application/json", status=status)


def disks(status: str = "OK", *, full: str = "no", policy: str = "fifo", size: int = 62522368) -> Reply:
    body = DISKS.format(status=status, full=full, policy=policy, size=size, free=size // 2 if full == "no" else 0)
    return Reply(body=body.encode(), media="text/xml")


def time_is(at: datetime) -> Reply:
    return data({"dateTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": "Europe/Stockholm", "dstEnabled": True})


SERVICES = "/vapix/services"


def camera() -> dict[Any, Any]:
    """A healthy camera of two sensors, with a card, that somebody may steer."""
    return {
        ("POST", "/axis-cgi/basicdeviceinfo.cgi"): data(
            {
                "propertyList": {
                    "Brand": "AXIS",
                    "ProdFullName": "AXIS T9000-V Network Camera",
                    "ProdNbr": "T9000-V",
                    "ProdType": "Network Camera",
                    "SerialNumber": "ACCC8E000001",
                    "Version": "11.8.61",
                }
            }
        ),
        ("POST", "/axis-cgi/apidiscovery.cgi"): data(
            {"apiList": [{"id": "basic-device-info", "version": "1.3"}, {"id": "time-service", "version": "1.1"}]}
        ),
        ("GET", "/axis-cgi/usergroup.cgi"): text("root\nroot admin operator ptz viewer\n"),
        ("GET", "/axis-cgi/param.cgi"): text(PARAMETERS),
        ("POST", "/axis-cgi/param.cgi"): text("OK"),
        ("POST", "/axis-cgi/time.cgi"): data({"dateTime": "2026-01-05T08:00:00Z"}),
        ("POST", "/axis-cgi/ntp.cgi"): data(
            {"client": {"enabled": True, "serversSource": "static", "staticServers": ["ntp.plant.example"]}}
        ),
        ("POST", "/axis-cgi/systemready.cgi"): data({"systemready": "yes", "uptime": "37509"}),
        ("POST", "/axis-cgi/firmwaremanagement.cgi"): data({}),
        ("GET", "/axis-cgi/disks/list.cgi"): disks(),
        ("GET", "/axis-cgi/record/list.cgi"): Reply(body=RECORDINGS.encode(), media="text/xml"),
        ("GET", "/axis-cgi/record/export/exportrecording.cgi"): Reply(body=MATROSKA, media="video/x-matroska"),
        ("GET", "/axis-cgi/temperaturecontrol.cgi"): text(
            "Sensor.S0.Name=Main\nSensor.S0.Celsius=43.50\nSensor.S0.Fahrenheit=110.30\n"
            "Heater.H0.Status=Running[85%]\nFan.F0.Status=Stopped\nFan.F0.TimeUntilStop=0\n"
        ),
        ("GET", "/axis-cgi/jpg/image.cgi"): Reply(body=JPEG, media="image/jpeg"),
        ("GET", "/axis-cgi/com/ptz.cgi?query=position&camera=1"): text(
            "pan=12.5000\r\ntilt=-30.2500\r\nzoom=4200\r\nfocus=5100\r\nautofocus=on\r\n"
        ),
        ("GET", "/axis-cgi/com/ptz.cgi?query=limits&camera=1"): text(
            "MinPan=-180\nMaxPan=180\nMinTilt=-90\nMaxTilt=20\nMinZoom=1\nMaxZoom=9999\n"
        ),
        ("GET", "/axis-cgi/com/ptz.cgi?query=presetposcam&camera=1"): text(
            "Preset Positions for camera 1\npresetposno1=Home\npresetposno3=Entrée\n"
        ),
        ("GET", "/axis-cgi/com/ptz.cgi"): text("Error:\nquery: unknown value\n"),
        ("GET", "/axis-cgi/pwdgrp.cgi"): text(
            'admin="root,wwwa"\noperator="root,wwwo,repair"\nviewer="root,repair,watch,wwwv"\n'
            'ptz="root,watch"\nusers=""\ndigusers="root,repair,watch"\n'
        ),
        ("POST", SERVICES, "GetServiceCapabilities"): Reply(body=SERVICE.encode()),
        ("POST", SERVICES, "CreatePullPointSubscription"): Reply(body=SUBSCRIBED.encode()),
        ("POST", SERVICES, "PullMessages"): [
            pulled(message("tns1:VideoSource/tnsaxis:Tampering", "", {"channel": "1"}, {"tampering": "1"})),
            Fault("hang"),
        ],
        ("POST", SERVICES, "Renew"): Reply(body=RENEWED.encode()),
        ("POST", SERVICES, "Unsubscribe"): Reply(body=UNSUBSCRIBED.encode()),
    }
