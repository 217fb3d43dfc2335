namespace GemmaOperator.Api.Lines;

/// <summary>Holds what is known of one minor version of PyTorch.</summary>
/// <param name="Name">Its number, for example 2.10.</param>
/// <param name="Released">Month in which it came, as in 2026-01.</param>
/// <param name="Newest">Its newest patch.</param>
/// <param name="Cudnn">cuDNN's major version in the official images; empty where it isn't known.</param>
/// <param name="Cuda">CUDA versions that it was published for.</param>
internal sealed record PytorchLine(
    string Name,
    string Released,
    Version Newest,
    string Cudnn,
    IReadOnlyList<string> Cuda
);
