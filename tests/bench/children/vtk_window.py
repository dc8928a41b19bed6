"""VTK's vtkImageViewer2 on a folder: its own window/level drag, the wheel changes the slice.

`vtk_window FOLDER WIDTH HEIGHT`
"""

import sys
from pathlib import Path

import numpy as np
import vtk
from numpy.typing import NDArray
from vtk.util.numpy_support import numpy_to_vtk

from tests.bench.children.volume import read_volume


def main() -> int:
    folder, (width, height) = Path(sys.argv[1]), (int(text) for text in sys.argv[2:4])
    viewer = vtk.vtkImageViewer2()
    viewer.SetColorWindow(400)
    viewer.SetColorLevel(50)
    viewer.SetSize(width, height)
    viewer.GetRenderWindow().SetPosition(0, 0)
    viewer.GetRenderWindow().BordersOff()
    hands = vtk.vtkRenderWindowInteractor()
    viewer.SetInputData(image_of(np.zeros((1, 2, 2), np.int16)))
    viewer.SetupInteractor(hands)
    style = viewer.GetInteractorStyle()

    def open_folder() -> None:
        volume = read_volume(folder)
        viewer.SetInputData(image_of(volume))
        viewer.SetSlice(0)
        viewer.GetRenderer().ResetCamera()
        viewer.GetRenderer().GetActiveCamera().SetParallelScale(volume.shape[1] / 2)
        viewer.Render()

    def step(by: int) -> None:
        viewer.SetSlice(min(max(viewer.GetSlice() + by, 0), viewer.GetSliceMax()))

    def key(*_: object) -> None:
        if hands.GetKeySym() == "F9":
            open_folder()

    hands.AddObserver("KeyPressEvent", key)
    for event, by in (("MouseWheelBackwardEvent", 1), ("MouseWheelForwardEvent", -1)):
        style.RemoveObservers(event)
        style.AddObserver(event, lambda *_, by=by: step(by))
    viewer.Render()
    hands.Initialize()
    hands.Start()
    return 0


def image_of(volume: NDArray[np.int16]) -> vtk.vtkImageData:
    """VTK counts rows from below."""
    image = vtk.vtkImageData()
    image.SetDimensions(volume.shape[2], volume.shape[1], volume.shape[0])
    upwards = np.ascontiguousarray(volume[:, ::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(upwards.ravel(), deep=True))
    return image


if __name__ == "__main__":
    raise SystemExit(main())
