using KubectlGemma.Commands;
using KubectlGemma.Output;

namespace Cli.Tests.Ui;

/// <summary>Runs <c>ui</c> in this process until it is stopped.</summary>
internal sealed class RunningUi : IAsyncDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly FirstLine _output = new();
    private readonly StringWriter _errors = new();
    private readonly Task<int> _run;

    private RunningUi(string[] args)
    {
        var shell = new Shell(
            new PlainScreen(_output, TextWriter.Synchronized(_errors)),
            TextReader.Null,
            TimeProvider.System
        );
        _run = Task.Run(() => CommandLine.RunAsync(["ui", .. args], shell, _interrupt.Token));
    }

    /// <summary>Gets the address as it is printed, with its token.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Gets the address after that, where a browser is that was let in.</summary>
    public Uri Home => new(Address.GetLeftPart(UriPartial.Path));

    public string Errors => _errors.ToString();

    public static async Task<RunningUi> StartAsync(params string[] args)
    {
        var ui = new RunningUi(args);
        var first = await Task.WhenAny(ui._output.Line, ui._run).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.That(first, Is.SameAs(ui._output.Line), () => ui.Errors);
        ui.Address = new Uri(await ui._output.Line);
        return ui;
    }

    /// <summary>Interrupts it, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _interrupt.CancelAsync();
        return await _run.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _interrupt.Dispose();
        await _output.DisposeAsync();
        await _errors.DisposeAsync();
    }

    /// <summary>Hands out the first line.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override void WriteLine(string? value) => _line.TrySetResult(value ?? "");
    }
}
