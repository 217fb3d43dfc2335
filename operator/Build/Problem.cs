using GemmaOperator.Api;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Build;

/// <summary>What is wrong with a spec, as far as the build can tell.</summary>
internal static class Problem
{
    public static FieldError At(string path, string problem, string remedy) =>
        new(path, problem, remedy, ImageReason.Stalled.InvalidSpec);
}
