using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Dashboard;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Output;
using KubectlGemma.Ui;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>ui</c>: pages for a browser on this machine, until it is stopped.</summary>
internal sealed class UiCommand(Shell shell)
{
    private readonly ClusterOptions _cluster = new();
    private readonly Option<bool> _everywhere = Choices.Everywhere();
    private readonly Option<string?> _labels = Choices.Labels();

    private readonly Option<int> _port = new("--port")
    {
        Description = "Port on 127.0.0.1 (default: any that is free).",
        CustomParser = given =>
        {
            if (
                int.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port is >= 0 and <= ushort.MaxValue
            )
            {
                return port;
            }

            given.AddError($"--port: '{new Piece(given.Tokens[0].Value)}' isn't a number from 0 to 65535");
            return 0;
        },
    };

    private readonly Option<bool> _open = new("--open") { Description = "Open it in a browser, too." };

    public static Command Make(Shell shell)
    {
        var own = new UiCommand(shell);
        var command = new Command("ui", "Shows the fleet and each image in a browser on this machine; read-only.")
        {
            own._everywhere,
            own._labels,
            own._port,
            own._open,
        };
        own._cluster.AddTo(command);
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        using var cluster = _cluster.Connect(result, shell);
        var ns = result.GetValue(_everywhere) ? null : cluster.Namespace;
        // What can't be read at all is told here, not on a page.
        await cluster.Api.ListAsync<GemmaBaseImage>(new ListQuery { Namespace = ns, Limit = 1 }, cancellationToken);
        await using var fleet = new UiFleet(cluster, ns, result.GetValue(_labels));
        var gate = new UiGate(new OwnRights(), () => shell.Screen.Note("opened; the address lets no other browser in"));
        try
        {
            await using var server = await UiServer.StartAsync(
                gate,
                fleet,
                result.GetValue(_port),
                shell.Time,
                new ToldOnce(shell.Screen.Note).Tell,
                cancellationToken
            );
            var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{gate.Port}{gate.Path}");
            shell.Screen.Print($"{address}");
            shell.Screen.Note(
                $"shows {(ns is null ? "all namespaces" : $"namespace {ns}")} of {cluster.Server}; Ctrl-C ends it"
            );
            if (result.GetValue(_open))
            {
                Open(address);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, shell.Time, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new CliException(
                ExitCode.Usage,
                $"--port: {e.Message.ReplaceLineEndings(" ")}; leave it out for one that is free",
                e
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }

        return ExitCode.Done;
    }

    private void Open(string address)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            shell.Screen.Note($"no browser could be opened ({e.Message.ReplaceLineEndings(" ")}): open it by hand");
        }
    }
}
