namespace KubectlGemma.Output;

/// <summary>Says in one line why a command ends, and with which exit code.</summary>
internal sealed class CliException(int code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Gets one of <see cref="ExitCode"/>.</summary>
    public int Code { get; } = code;
}
