using System.Globalization;
using GemmaInference.Fetch.Download;
using GemmaInference.Fetch.Files;

namespace GemmaInference.Fetch;

/// <summary>Prints how far a fetch is: each second for a program, less often for people, at each file.</summary>
internal sealed class ProgressLines : IAsyncDisposable
{
    private static readonly TimeSpan ForPrograms = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForPeople = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly FetchProgress _progress;
    private readonly TextWriter _out;
    private readonly bool _json;
    private readonly ITimer _timer;
    private string _last = "";
    private bool _ended;

    public ProgressLines(FetchProgress progress, TextWriter output, bool json, TimeProvider time)
    {
        (_progress, _out, _json) = (progress, output, json);
        var period = json ? ForPrograms : ForPeople;
        _timer = time.CreateTimer(_ => Print(), state: null, period, period);
        progress.FileDone += Print;
    }

    /// <summary>Prints where it stands last; nothing comes after it.</summary>
    public async ValueTask DisposeAsync()
    {
        _progress.FileDone -= Print;
        await _timer.DisposeAsync();
        Print();
        lock (_gate)
        {
            _ended = true;
        }
    }

    private void Print()
    {
        lock (_gate)
        {
            if (_ended || _progress.TotalFiles == 0)
            {
                return;
            }

            var line = _json
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"bytes\":{_progress.Bytes},\"totalBytes\":{_progress.TotalBytes},\"files\":{_progress.Files},"
                        + $"\"totalFiles\":{_progress.TotalFiles}}}"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DiskFailure.Size(_progress.Bytes)} of {DiskFailure.Size(_progress.TotalBytes)}, "
                        + $"{_progress.Files} of {_progress.TotalFiles} files"
                );
            if (line != _last)
            {
                _last = line;
                _out.WriteLine(line);
                _out.Flush();
            }
        }
    }
}
