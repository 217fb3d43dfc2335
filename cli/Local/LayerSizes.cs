using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;

namespace KubectlGemma.Local;

/// <summary>Reads what each layer takes from an image's history, which its base's own ends.</summary>
internal static class LayerSizes
{
    private const int MostOfName = 60;

    private const string NoOperation = "#(nop)";

    private const string Shell = "/bin/sh -c ";

    /// <param name="dockerfile">What was built.</param>
    /// <param name="history">Of the image, the newest first: what made an entry, and its bytes.</param>
    /// <param name="ofBase">How many of them are the base's.</param>
    /// <param name="labels">How many labels the builder was given beside.</param>
    public static IReadOnlyList<LocalLayer> Of(
        string dockerfile,
        IReadOnlyList<(string MadeBy, long Bytes)> history,
        int ofBase,
        int labels
    )
    {
        var own = history.Take(Math.Max(0, history.Count - ofBase)).Reverse().ToList();
        var instructions = DockerfileInstruction
            .ReadAll(dockerfile)
            .SkipWhile(i => i.Name == "ARG")
            .Where(i => i.Name != "FROM")
            .ToList();
        // The classic builder has an entry for each, and then one for each label.
        var isOneEach = own.Count == instructions.Count + labels;
        return
        [
            .. own.Select(
                    (e, i) =>
                        new LocalLayer(
                            isOneEach && i < instructions.Count
                                ? InstructionName.Of(instructions[i])
                                : NameOf(e.MadeBy),
                            e.Bytes
                        )
                )
                .Where(l => l.Bytes > 0),
        ];
    }

    /// <summary>Takes away what engines put around an instruction.</summary>
    private static string NameOf(string madeBy)
    {
        var shell = madeBy.IndexOf(Shell, StringComparison.Ordinal);
        if (shell < 0)
        {
            return InstructionName.Of(
                DockerfileInstruction.ReadAll(madeBy).FirstOrDefault()
                    ?? new DockerfileInstruction(1, "an", "unnamed step")
            );
        }

        var command = madeBy[(shell + Shell.Length)..].TrimStart();
        return command.StartsWith(NoOperation, StringComparison.Ordinal)
            ? Truncation.Shorten(MaskedLog.Clean(command[NoOperation.Length..]).Trim(), MostOfName)
            : InstructionName.Of(new DockerfileInstruction(1, "RUN", command));
    }
}
