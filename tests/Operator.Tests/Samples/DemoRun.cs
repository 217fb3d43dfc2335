using Quickstart;
using Quickstart.Terminal;

namespace Operator.Tests.Samples;

/// <summary>Holds what the demo printed and how it ended, in this process and with quick simulated steps.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed on stderr.</param>
internal sealed record DemoRun(int Code, string Output, string Errors)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static async Task<DemoRun> OfAsync(string path, Until until, CancellationToken cancel)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var demo = new Demo(Screen.Plain(TextWriter.Synchronized(output), errors));
        var code = await demo.RunAsync(new Arguments(path, until, Keep: false) { Step = Step }, cancel);
        return new DemoRun(code, output.ToString(), errors.ToString());
    }

    /// <summary>Runs it on a file with that content.</summary>
    public static async Task<DemoRun> OfTextAsync(string manifest, CancellationToken cancel)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, manifest, cancel);
        try
        {
            var run = await OfAsync(file, Until.Ready, cancel);
            return run with { Errors = run.Errors.Replace(file, "x.yaml", StringComparison.Ordinal) };
        }
        finally
        {
            File.Delete(file);
        }
    }
}
