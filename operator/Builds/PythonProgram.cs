using System.Text.Encodings.Web;
using System.Text.Json;
using GemmaOperator.Text;

namespace GemmaOperator.Builds;

/// <summary>
/// Reads the Python programs that run inside images, beside the C# that reads what they say. A program is the same for
/// every image; all that differs is one JSON argument, which no quoting can break out of.
/// </summary>
internal static class PythonProgram
{
    /// <summary>Escapes what a string of Python can't hold, and no more.</summary>
    private static readonly JsonSerializerOptions Plainly = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Renders a program as one word of a shell, for <c>python3 -c</c>: no instruction can hold it as it is.
    /// </summary>
    /// <param name="name">File, as in <c>patch.py</c>.</param>
    public static string Word(string name) => ShellWord.Quote($"exec({JsonSerializer.Serialize(Read(name), Plainly)})");

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
