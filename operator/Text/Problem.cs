namespace GemmaOperator.Text;

/// <summary>Makes findings of a spec, as far as the build can tell.</summary>
internal static class Problem
{
    public static FieldError At(string path, string problem, string remedy) =>
        new(path, problem, remedy, FieldError.InvalidSpec);
}
