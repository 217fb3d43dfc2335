using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;
using StandIns.Processes;

namespace StandIns;

/// <summary>
/// Runs the container of the inference server for real, as a process on this machine: the program that the image holds,
/// on a tiny model and a libtorch for CPUs, whatever GPU the simulated node has. All other containers are left to
/// <paramref name="others"/>.
/// </summary>
/// <param name="others">Runs them.</param>
/// <param name="program">Path of <c>gemma-inference.dll</c>.</param>
/// <param name="torchLib">A libtorch's directory.</param>
/// <param name="http">For probes.</param>
public sealed class ServerProcess(IPodRunner others, string program, string torchLib, HttpClient http)
    : IPodRunner,
        IAsyncDisposable
{
    private const string Container = "server";
    private const string SmokeTest = "smoke-test";

    private static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Serving> _serving = new(StringComparer.Ordinal);
    private readonly ScratchFolder _model = new("gemma-tiny-");
    private readonly ProcessLeash _leash = new();
    private readonly SemaphoreSlim _writing = new(1);
    private bool _isWritten;

    /// <inheritdoc/>
    public async Task<ContainerResult> RunAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        if (container.Name == SmokeTest)
        {
            return await AnswerAsync(container, cancellationToken);
        }

        if (container.Name != Container || !container.Serves)
        {
            return await others.RunAsync(container, cancellationToken);
        }

        await WriteModelAsync(container, cancellationToken);
        var port = FreePort.Find();
        var name = container.Env.GetValueOrDefault("MODEL_NAME", "tiny");
        using var server = Start(
            [],
            start =>
            {
                start.Environment["MODEL_PATH"] = _model.Path;
                start.Environment["MODEL_NAME"] = name;
                start.Environment["DEVICE"] = "cpu";
                start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
            },
            container.Log
        );
        var address = new Uri($"http://127.0.0.1:{port}/");
        try
        {
            var ended = server.WaitForExitAsync(cancellationToken);
            while (
                !ended.IsCompleted
                && await HttpProbe.StatusAsync(http, new Uri(address, "readyz"), cancellationToken) != HttpStatusCode.OK
            )
            {
                await Task.Delay(ProbePeriod, TimeProvider.System, cancellationToken);
            }

            if (!server.HasExited)
            {
                _serving[container.Pod] = new Serving(address, name, container.Namespace, container.Labels);
                container.Ready();
            }

            await ended;
            return new ContainerResult(server.ExitCode);
        }
        finally
        {
            _serving.TryRemove(container.Pod, out _);
            await EndAsync(server);
        }
    }

    /// <summary>
    /// Sends a prompt to one of the servers that are ready; returns its answer, or null when none is.
    /// </summary>
    /// <param name="prompt">What a user writes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="HttpRequestException">The server refuses.</exception>
    public async Task<string?> AskAsync(string prompt, CancellationToken cancellationToken)
    {
        if (_serving.Values.FirstOrDefault() is not { Address: var address, Model: var name })
        {
            return null;
        }

        using var response = await http.PostAsJsonAsync(
            new Uri(address, "v1/chat/completions"),
            new JsonObject
            {
                ["model"] = name,
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
                ["max_tokens"] = 16,
                ["temperature"] = 1,
                ["seed"] = 7,
            },
            cancellationToken
        );
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return response.IsSuccessStatusCode
            ? (string?)answer?["choices"]?[0]?["message"]?["content"]
            : throw new HttpRequestException(
                $"the server answered {(int)response.StatusCode}: {answer?["error"]?["message"]}"
            );
    }

    /// <summary>
    /// Returns the address of a ready server whose pod a Service's selector picks; null when there is none.
    /// </summary>
    /// <param name="ns">The Service's namespace.</param>
    /// <param name="selector">Labels that the pod must have.</param>
    public Uri? Find(string ns, IEnumerable<KeyValuePair<string, string>> selector) =>
        _serving
            .Values.FirstOrDefault(s =>
                s.Namespace == ns && selector.All(l => s.Labels.GetValueOrDefault(l.Key) == l.Value)
            )
            ?.Address;

    /// <summary>
    /// Sends the smoke test's request to the real server: only the Python that would send it in a cluster doesn't run.
    /// </summary>
    private async Task<ContainerResult> AnswerAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        var asked = JsonNode.Parse(container.Args[1])!.AsObject();
        if (_serving.Values.FirstOrDefault()?.Address is not { } address)
        {
            return new ContainerResult(1, "no server is ready");
        }

        var target = new Uri(address, new Uri((string)asked["url"]!).AbsolutePath);
        using var response = asked["body"] is { } body
            ? await http.PostAsJsonAsync(target, body, cancellationToken)
            : await http.GetAsync(target, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        container.Log($"{target.AbsolutePath} answered {(int)response.StatusCode}: {text}");
        return new ContainerResult(
            0,
            new JsonObject
            {
                ["v"] = 1,
                ["digest"] = (string?)asked["digest"],
                ["ok"] = response.IsSuccessStatusCode,
                ["answered"] = true,
                ["detail"] = response.IsSuccessStatusCode ? "" : $"it answered {(int)response.StatusCode}: {text}",
            }.ToJsonString()
        );
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _leash.Dispose();
        _model.Dispose();
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteModelAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!_isWritten)
            {
                using var writer = Start(["write-tiny-model", _model.Path], _ => { }, container.Log);
                try
                {
                    await writer.WaitForExitAsync(cancellationToken);
                }
                finally
                {
                    await EndAsync(writer);
                }

                _isWritten =
                    writer.ExitCode == 0
                        ? true
                        : throw new IOException($"the tiny model couldn't be written: exit code {writer.ExitCode}");
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private Process Start(string[] args, Action<ProcessStartInfo> configure, Action<string> log)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GEMMA_TORCH_LIB"] = torchLib;
        configure(start);
        var process = Process.Start(start)!;
        _leash.Hold(process);
        process.OutputDataReceived += Forward;
        process.ErrorDataReceived += Forward;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Forward(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                log(text);
            }
        }
    }

    private async Task EndAsync(Process process)
    {
        _leash.Release(process);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }

    private sealed record Serving(
        Uri Address,
        string Model,
        string Namespace,
        IReadOnlyDictionary<string, string> Labels
    );
}
