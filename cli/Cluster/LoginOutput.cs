using System.Diagnostics;
using System.Text;

namespace KubectlGemma.Cluster;

/// <summary>
/// Takes what a program prints: no more than credentials have, and no longer than the program itself runs, whatever it
/// left running that holds its output open.
/// </summary>
internal sealed class LoginOutput
{
    /// <summary>Bounds what is read, in characters: certificates and tokens are a few thousand.</summary>
    private const int Most = 1 << 20;

    /// <summary>Bounds the wait for what the program printed last.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _text = new();
    private readonly Lock _gate = new();
    private readonly Process _process;
    private readonly Task _read;

    public LoginOutput(Process process)
    {
        _process = process;
        _read = ReadAsync(process.StandardOutput);
    }

    /// <summary>Returns what was printed, once the program has ended; null where it was too much.</summary>
    public string? Text()
    {
        try
        {
            _read.WaitAsync(EndPatience, TimeProvider.System).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            // Something that it started lives on: what it printed itself is here.
        }

        lock (_gate)
        {
            return _text.Length <= Most ? _text.ToString() : null;
        }
    }

    private async Task ReadAsync(StreamReader output)
    {
        var buffer = new char[4096];
        for (int read; (read = await output.ReadAsync(buffer)) > 0; )
        {
            lock (_gate)
            {
                _text.Append(buffer, 0, read);
                if (_text.Length <= Most)
                {
                    continue;
                }
            }

            _process.Kill(entireProcessTree: true);
            return;
        }
    }
}
