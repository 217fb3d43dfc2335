using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Forecasts;

/// <summary>Names an instruction of a Dockerfile in short.</summary>
internal static class InstructionName
{
    private const int MostOfText = 60;

    private const StringSplitOptions OneSpace = StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Names a step of the operator's own by its name, others by how they begin.</summary>
    public static string Of(DockerfileInstruction read)
    {
        var marker = read.Arguments.IndexOf($"{RunStepName.Marker} ", StringComparison.Ordinal);
        return marker >= 0
            ? read.Arguments[(marker + RunStepName.Marker.Length + 1)..].Split(' ', 2)[0]
            : Truncation.Shorten(
                $"{read.Name} {string.Join(' ', MaskedLog.Clean(read.Arguments).Split((char[]?)null, OneSpace))}",
                MostOfText
            );
    }
}
