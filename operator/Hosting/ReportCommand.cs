using System.CommandLine;
using System.Text.Json;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Proof;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Cluster;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>report</c>: waits for a scanner's report, reduces it to what a termination message can hold, and writes
/// that. It runs in the scan's pod, from the operator's own image.
/// </summary>
internal sealed class ReportCommand
{
    /// <summary>Names the exit code when the report never came, or isn't one.</summary>
    public const int NoReport = 3;

    private const long MostMetadata = 64 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Option<string> _scanner = new("--scanner")
    {
        Description = "Trivy, Grype or OSVScanner.",
        Required = true,
    };

    private readonly Option<string> _file = new("--file")
    {
        Description = "The scanner's report, in JSON.",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "Where the reduced report goes.",
        DefaultValueFactory = _ => TerminationLog.Path,
    };

    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "A finding that is accepted. Repeatable.",
    };

    private readonly Option<bool> _ignoreUnfixed = new("--ignore-unfixed")
    {
        Description = "Findings without a fix don't count.",
    };

    private readonly Option<int> _most = new("--most")
    {
        Description = "How many of the worst findings are told.",
        DefaultValueFactory = _ => ScanSummary.Worst,
    };

    private readonly Option<string?> _database = new("--database")
    {
        Description = "What Trivy keeps beside its database (db/metadata.json); its age is told then.",
    };

    private readonly Option<int> _wait = new("--wait")
    {
        Description = "Seconds to wait for the report.",
        DefaultValueFactory = _ => 0,
    };

    public static Command Make(TimeProvider time)
    {
        var own = new ReportCommand();
        var command = new Command("report", "Reduces a scanner's report to counts and the worst findings.")
        {
            own._scanner,
            own._file,
            own._output,
            own._ignore,
            own._ignoreUnfixed,
            own._wait,
            own._most,
            own._database,
        };
        command.SetAction((result, cancellationToken) => own.RunAsync(result, time, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, TimeProvider time, CancellationToken cancellationToken)
    {
        var (scanner, path) = (WireEnum<ScannerKind>.Read(result.GetValue(_scanner)), result.GetValue(_file)!);
        try
        {
            var name =
                scanner.Value
                ?? throw new FormatException($"{scanner} is none of {string.Join(", ", WireEnum<ScannerKind>.Words)}");
            var text = await ReadAsync(
                path,
                TimeSpan.FromSeconds(Math.Max(0, result.GetValue(_wait))),
                time,
                cancellationToken
            );
            var summary = ScanSummary.Of(
                ScannerReport.Read(name, text),
                result.GetValue(_ignore) ?? [],
                result.GetValue(_ignoreUnfixed),
                result.GetValue(_most)
            );
            var made = result.GetValue(_database) is { } kept
                ? ScannerDatabase.TimeOf(name, text, await MetadataAsync(kept, cancellationToken))
                : null;
            await File.WriteAllTextAsync(
                result.GetValue(_output)!,
                ScanSummary.Write(summary, made),
                cancellationToken
            );
            await Console.Out.WriteLineAsync(ScanCounts.Render(summary));
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"gemma-operator report: {path}: {e.Message.ReplaceLineEndings(" ")}");
            return NoReport;
        }
    }

    /// <summary>Returns what is kept there, within bounds; null where nothing is.</summary>
    private static async Task<string?> MetadataAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        return file is { Exists: true, Length: <= MostMetadata }
            ? await File.ReadAllTextAsync(path, cancellationToken)
            : null;
    }

    /// <summary>
    /// Returns the report, or what there is of it when the patience ends. The file grows while the scanner writes: it
    /// is complete once it is JSON.
    /// </summary>
    private static async Task<string> ReadAsync(
        string path,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var text = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
            if (text is not null && IsComplete(text))
            {
                return text;
            }

            if (time.GetElapsedTime(started) >= patience)
            {
                return text ?? throw new FileNotFoundException("the scanner wrote no report");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static bool IsComplete(string text)
    {
        try
        {
            using var json = ScannerReport.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
