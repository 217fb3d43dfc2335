namespace GemmaInference.Native;

/// <summary>
/// Reports a failure that whoever runs the server can act on: <see cref="Subject"/> names the file, field or setting,
/// the message says what was wrong and what would be right.
/// </summary>
internal sealed class InferenceException(string subject, string message, Exception? inner = null)
    : Exception($"{subject}: {message}", inner)
{
    /// <summary>Gets the file, field or setting that is wrong.</summary>
    public string Subject { get; } = subject;
}
