using System.Runtime.InteropServices;

namespace GemmaInference.Torch;

/// <summary>
/// Turns a function's error code into an exception with libtorch's own words. Before 2.13 it says them on standard
/// error alone, so that a call which failed is made once more while that is read: nothing is paid where nothing fails.
/// Use: <c>Attempt attempt = default; do { code = …; } while (attempt.Failed(code, "name"));</c>
/// </summary>
internal ref struct Attempt
{
    private StandardErrorCapture? _capture;
    private bool _isSecond;

    /// <summary>Returns false when the call was good, true when it is to be made once more.</summary>
    /// <exception cref="TorchException">It failed.</exception>
    public bool Failed(int code, string subject) => (code != 0 || _isSecond) && Judge(code, subject);

    /// <summary>Returns libtorch's own words among what it wrote, without its stack.</summary>
    internal static string Words(string written)
    {
        const string Mark = "Exception in aoti_torch: ";
        var at = written.LastIndexOf(Mark, StringComparison.Ordinal);
        var said = at < 0 ? written : written[(at + Mark.Length)..];
        var line = said.AsSpan().Trim();
        var end = line.IndexOf('\n');
        line = end < 0 ? line : line[..end].TrimEnd();
        return line.IsEmpty ? "libtorch gives no reason" : line.ToString();
    }

    private bool Judge(int code, string subject)
    {
        if (LastWords() is { } words)
        {
            throw new TorchException(subject, words);
        }

        if (!_isSecond)
        {
            (_capture, _isSecond) = (StandardErrorCapture.Begin(), true);
            return true;
        }

        var written = _capture?.Text() ?? "";
        _capture?.Dispose();
        throw new TorchException(
            subject,
            code == 0 ? "it failed once; what libtorch said is on standard error" : Words(written)
        );
    }

    private static unsafe string? LastWords() =>
        Abi.LastError != null && Marshal.PtrToStringUTF8((nint)Abi.LastError()) is { } said ? Words(said) : null;
}
