using System.Runtime.InteropServices;

namespace GemmaInference.Torch;

/// <summary>Reports that libtorch couldn't do what it was asked for, in its own words.</summary>
/// <param name="subject">The operator or function, such as <c>aten::matmul</c>.</param>
internal sealed class TorchException(string subject, string message) : ExternalException($"{subject}: {message}");
