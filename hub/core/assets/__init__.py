"""The register of assets (设备档案): every link of the chain from the camera to the picture, and its whole life."""
