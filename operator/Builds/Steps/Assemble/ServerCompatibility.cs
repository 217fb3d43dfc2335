using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>
/// Decides whether the server can load a base image's libtorch. Asked before anything is assembled, so that no GPU is
/// given up for a server that couldn't start.
/// </summary>
internal static class ServerCompatibility
{
    /// <summary>Names the label of a server image: the libtorch that it runs on, as <c>&gt;=2.10,&lt;3</c>.</summary>
    public const string Label = "gemmaoperator.io/libtorch";

    /// <summary>Says what doesn't fit; null when it fits or one of the two doesn't say.</summary>
    /// <param name="serverImage">Its reference, for the message.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="torchVersion">
    /// The base's <c>torch.__version__</c>; what the spec declares when it wasn't looked at.
    /// </param>
    public static string? Problem(
        string serverImage,
        IReadOnlyDictionary<string, string> labels,
        string? torchVersion
    ) => Problem(serverImage, labels.GetValueOrDefault(Label, ""), torchVersion);

    /// <summary>Says the same of a server whose label is known.</summary>
    public static string? Problem(string serverImage, string wanted, string? torchVersion)
    {
        if (string.IsNullOrEmpty(torchVersion) || wanted.Length == 0)
        {
            return null;
        }

        return LibtorchRange.Parse(wanted)?.Holds(torchVersion) == true
            ? null
            : $"the server {serverImage} is built for libtorch {Quoted.Of(wanted)}, the base image has PyTorch "
                + $"{Quoted.Of(torchVersion)}";
    }
}
