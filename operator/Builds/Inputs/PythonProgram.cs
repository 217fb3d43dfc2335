namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Reads the Python programs that run inside images, beside the C# that reads what they say. A program is the same for
/// every
/// image; all that differs is one JSON argument, which no quoting can break out of.
/// </summary>
internal static class PythonProgram
{
    /// <param name="name">File, as in <c>verify.py</c>.</param>
    public static string Read(string name)
    {
        using var stream =
            typeof(PythonProgram).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} isn't in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
