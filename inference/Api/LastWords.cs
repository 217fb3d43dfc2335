using System.Runtime.InteropServices;
using GemmaInference.Native;
using Microsoft.AspNetCore.Connections;

namespace GemmaInference.Api;

/// <summary>
/// Says on standard error, as the last line of all, what the process ended of: the kubelet shows the end of a log, and
/// the operator's status its last line.
/// </summary>
internal static class LastWords
{
    private const string Prefix = "gemma-inference: ";

    /// <summary>Ends the process with one line where an exception is caught by nobody, on whatever thread.</summary>
    public static void OnUnhandled() =>
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            // Before the runtime prints the trace and aborts.
            Environment.Exit(
                Say(unhandled.ExceptionObject as Exception ?? new InvalidOperationException("an unknown error"))
            );

    /// <summary>Says the line; returns the exit code.</summary>
    /// <param name="cause">What the process ends of.</param>
    /// <param name="port">The port that it listens at.</param>
    public static int Say(Exception cause, int? port = null)
    {
        Console.Out.Flush();
        Console.Error.WriteLine(Line(cause, port));
        Console.Error.Flush();
        return 1;
    }

    /// <summary>Renders a cause as <c>gemma-inference: field or path: what is wrong</c>.</summary>
    public static string Line(Exception cause, int? port = null) =>
        OneLine.Of(Prefix + Text(cause, port)).TrimEnd('.', ' ');

    private static string Text(Exception cause, int? port) =>
        cause switch
        {
            InferenceException known => known.Message,
            IOException { InnerException: AddressInUseException } =>
                $"PORT: {port} is taken by another process; give a free one, or 0 for any",
            System.Net.Sockets.SocketException or IOException { InnerException: System.Net.Sockets.SocketException } =>
                $"PORT: {port} can't be listened at: {FirstLine(cause.Message)}",
            IOException or UnauthorizedAccessException => $"MODEL_PATH: can't be read: {FirstLine(cause.Message)}",
            OutOfMemoryException => "MODEL_PATH: the model doesn't fit the memory; raise the container's memory limit",
            ExternalException => $"libtorch: {FirstLine(cause.Message)}",
            _ => $"internal error: {cause.GetType().Name}: {FirstLine(cause.Message)}",
        };

    /// <summary>libtorch's messages go on with the trace of its own stack.</summary>
    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
}
