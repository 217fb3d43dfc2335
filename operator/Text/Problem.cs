using GemmaOperator.Api.Words;

namespace GemmaOperator.Text;

/// <summary>What is wrong with a spec, as far as the build can tell.</summary>
internal static class Problem
{
    public static FieldError At(string path, string problem, string remedy) =>
        new(path, problem, remedy, ImageReason.Stalled.InvalidSpec);
}
