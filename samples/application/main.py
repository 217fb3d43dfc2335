"""The smallest application that shows that it runs on the base image."""

import torch
from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"torch": torch.__version__, "cuda": str(torch.version.cuda)}
