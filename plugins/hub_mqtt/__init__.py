"""Messages and data to an MQTT broker, and whether the hub is there. See README.md."""

from hub.api import RegisterNotifier, RegisterService, hookimpl


@hookimpl
def hub_register_notifiers(register: RegisterNotifier) -> None:
    from hub_mqtt.notifier import Mqtt
    from hub_mqtt.options import MqttOptions, MqttTarget

    register("mqtt", Mqtt, options=MqttOptions, target=MqttTarget)


@hookimpl
def hub_register_services(register: RegisterService) -> None:
    from hub_mqtt.options import MqttOptions
    from hub_mqtt.presence import Presence

    register("mqtt", Presence, options=MqttOptions)
