using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;
using KubectlGemma.Planning;

namespace KubectlGemma.Local;

/// <summary>Reads what each layer takes from an image's history, which its base's own ends.</summary>
internal static class LayerSizes
{
    private const int MostOfName = 60;

    private const string NoOperation = "#(nop)";

    private const string Shell = "/bin/sh -c ";

    /// <param name="history">Of the image, the newest first: what made an entry, and its bytes.</param>
    /// <param name="ofBase">How many of them are the base's.</param>
    public static IReadOnlyList<LocalLayer> Of(IReadOnlyList<(string MadeBy, long Bytes)> history, int ofBase) =>
        [
            .. history
                .Take(Math.Max(0, history.Count - ofBase))
                .Reverse()
                .Where(e => e.Bytes > 0)
                .Select(e => new LocalLayer(NameOf(e.MadeBy), e.Bytes)),
        ];

    /// <summary>Takes away what engines put around an instruction.</summary>
    private static string NameOf(string madeBy)
    {
        var shell = madeBy.IndexOf(Shell, StringComparison.Ordinal);
        var command = shell >= 0 ? madeBy[(shell + Shell.Length)..].TrimStart() : madeBy;
        if (command.StartsWith(NoOperation, StringComparison.Ordinal))
        {
            return Truncation.Shorten(MaskedLog.Clean(command[NoOperation.Length..]).Trim(), MostOfName);
        }

        return InstructionName.Of(new DockerfileInstruction(1, "RUN", command));
    }
}
