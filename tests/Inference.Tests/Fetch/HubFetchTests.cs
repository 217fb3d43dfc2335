using System.Text.Json;
using GemmaInference.Fetch.Transport;
using Microsoft.Extensions.Time.Testing;
using StandIns.Hub;

namespace Inference.Tests.Fetch;

/// <summary>A model comes from a hub whole and verified, whatever the network does on the way.</summary>
[TestFixture]
internal sealed class HubFetchTests
{
    private const long Mebi = 1 << 20;

    [Test]
    public async Task A_model_comes_whole_with_its_marker_and_its_last_word()
    {
        await using var run = await FetchRun.StartAsync();
        Assert.That(await run.FetchAsync(), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
        Assert.That(run.Outcome.GetProperty("source").GetString(), Is.EqualTo("hub:google/gemma-tiny"));
        Assert.That(run.Outcome.GetProperty("revision").GetString(), Is.EqualTo(run.Commit));
        Assert.That(run.Outcome.GetProperty("files").GetInt32(), Is.EqualTo(4));
        Assert.That(run.Lines[^1], Is.EqualTo(File.ReadAllText(run.TerminationLog)));
        var progress = JsonDocument.Parse(run.Lines[^2]).RootElement;
        Assert.That(progress.GetProperty("bytes").GetInt64(), Is.EqualTo(run.Outcome.GetProperty("bytes").GetInt64()));
        Assert.That(progress.GetProperty("totalFiles").GetInt32(), Is.EqualTo(4));
        Assert.That(File.Exists(Path.Combine(run.Target, ".gemma-model.json")));
    }

    [Test]
    public async Task What_a_model_that_embeds_has_beside_its_layers_comes_too()
    {
        string[] wanted = ["1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "modules.json"];
        await using var run = await FetchRun.StartAsync([
            .. wanted.Append("2_Dense/pytorch_model.bin").Select(path => HubFile.Of(path, [1, 2])),
        ]);
        Assert.That(await run.FetchAsync(), Is.Zero, run.Host.Error.ToString());
        Assert.That(wanted.Where(path => !File.Exists(Path.Combine(run.Target, path))), Is.Empty);
        Assert.That(File.Exists(Path.Combine(run.Target, "2_Dense/pytorch_model.bin")), Is.False);
    }

    [Test]
    public async Task The_same_model_is_there_at_once_and_another_is_refused()
    {
        await using var run = await FetchRun.StartAsync();
        await run.FetchAsync();
        var asked = run.Hub.Requests.Count;
        Assert.That(await run.FetchAsync($"hub:{FetchRun.Name}@{run.Commit}", run.Bound), Is.Zero);
        Assert.That(run.Hub.Requests, Has.Count.EqualTo(asked), "a commit needs no hub");
        Assert.That(await run.FetchAsync(), Is.Zero, "a branch is resolved");
        run.Repository.Commit("main", [.. FetchRun.Tiny(), HubFile.Of("tokenizer.json", [1])]);
        Assert.That(await run.FetchAsync(), Is.EqualTo(1));
        Assert.That(run.Reason, Is.EqualTo("Conflict"));
        Assert.That(await run.FetchAsync("--include", "*.md"), Is.EqualTo(1), "what is included is part of it");
    }

    [Test]
    public async Task The_token_is_shown_to_the_hub_alone()
    {
        await using var run = await FetchRun.StartAsync();
        run.Repository.Token = "hf_secretsecretsecret";
        var file = run.Write("token", "hf_secretsecretsecret\n");
        Assert.That(await run.FetchAsync("--token-file", file), Is.Zero, run.Host.Error.ToString());
        Assert.That(run.Hub.Requests.Where(request => request.IsStore), Is.Not.Empty);
        Assert.That(run.Hub.Requests.Where(request => request.IsStore && request.HasToken), Is.Empty);
        Assert.That(run.Hub.Requests.Where(request => !request.IsStore && !request.HasToken), Is.Empty);
    }

    [Test]
    public async Task Ranges_come_at_once_and_the_hub_is_asked_for_the_address_once()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 100 * Mebi + 17));
        Assert.That(await run.FetchAsync("--include", "extra.bin"), Is.Zero, run.Host.Error.ToString());
        var ranges = run.Hub.Requests.Where(request => request is { IsStore: true, Range: not null }).ToList();
        Assert.That(ranges, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(new FileInfo(Path.Combine(run.Target, "extra.bin")).Length, Is.EqualTo(100 * Mebi + 17));
        run.DemandWhole();
    }

    [Test]
    public async Task Connections_that_are_cut_go_on_from_there()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 40 * Mebi));
        run.Hub.Fail(new HubFault.Cuts(3 * Mebi) { Times = 6 });
        Assert.That(await run.FetchAsync("--include", "*.bin"), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
        Assert.That(
            run.Hub.Requests.Count(request => request.Range?.StartsWith("bytes=0-", StringComparison.Ordinal) == false),
            Is.GreaterThan(2)
        );
    }

    [Test]
    public async Task A_store_without_ranges_is_read_from_its_start()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 70 * Mebi));
        run.Hub.Fail(new HubFault.IgnoresRanges());
        Assert.That(await run.FetchAsync("--include", "*.bin"), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
    }

    [Test]
    public async Task A_stalled_transfer_is_left_after_30_seconds_and_goes_on()
    {
        await using var run = await FetchRun.StartAsync();
        var time = new FakeTimeProvider();
        run.Configure(time, Patience.Default);
        run.Hub.Fail(new HubFault.Stalls(1000) { Path = Store(run, "model.safetensors"), Times = 1 });
        var fetch = run.FetchAsync();
        while (run.Hub.Stalled == 0 && !fetch.IsCompleted)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(fetch.IsCompleted, Is.False);
        while (!fetch.IsCompleted)
        {
            // The stall's rest, then the pause: each timer begins when it begins.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(fetch, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, run.Bound));
        }

        Assert.That(await fetch, Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
    }

    [Test]
    public async Task A_hub_that_is_too_busy_is_asked_again_when_it_says()
    {
        await using var run = await FetchRun.StartAsync();
        var time = new FakeTimeProvider();
        run.Configure(time, Patience.Default with { Stall = TimeSpan.FromDays(1) });
        run.Hub.Fail(new HubFault.Answers(429, RetryAfterSeconds: 40) { Times = 1 });
        var fetch = run.FetchAsync();
        while (run.Hub.Requests.Count == 0)
        {
            await Task.Yield();
        }

        var waited = TimeSpan.Zero;
        while (!fetch.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            waited += run.Hub.Requests.Count > 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(1);
            await Task.WhenAny(fetch, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, run.Bound));
        }

        Assert.That(await fetch, Is.Zero, run.Host.Error.ToString());
        Assert.That(waited, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(39)));
    }

    [Test]
    public async Task A_kill_keeps_what_was_fetched()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 64 * Mebi));
        run.Hub.Fail(new HubFault.Stalls(20 * Mebi) { Path = Store(run, "extra.bin") });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Bound);
        var fetch = run.FetchAsync($"hub:{FetchRun.Name}@main", stop.Token, "--include", "*.bin");
        while (run.Hub.Stalled < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, run.Bound);
        }

        await stop.CancelAsync();
        Assert.That(await fetch, Is.EqualTo(1));
        Assert.That((run.Reason, run.Retry), Is.EqualTo(("Unavailable", true)));
        Assert.That(Directory.Exists(run.Target), Is.False, "a half-fetched model is never visible");
        run.Hub.Heal();
        var before = run.Hub.Requests.Count;
        Assert.That(await run.FetchAsync("--include", "*.bin"), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
        var again = run.Hub.Requests.Skip(before).Where(request => request.IsStore).Select(request => request.Range);
        Assert.That(again, Has.None.EqualTo($"bytes=0-{(32 * Mebi) - 1}"));
    }

    [Test]
    public async Task Bytes_that_a_crash_took_are_fetched_once_more()
    {
        await using var run = await FetchRun.StartAsync(HubFile.Generated("extra.bin", 64 * Mebi));
        run.Hub.Fail(new HubFault.Stalls(20 * Mebi) { Path = Store(run, "extra.bin") });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Bound);
        var fetch = run.FetchAsync($"hub:{FetchRun.Name}@main", stop.Token, "--include", "*.bin");
        while (run.Hub.Stalled < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, run.Bound);
        }

        await stop.CancelAsync();
        await fetch;
        run.Hub.Heal();
        await using (var file = File.OpenWrite(Path.Combine(run.Partial, "extra.bin")))
        {
            file.Write(new byte[1000]);
        }

        Assert.That(await run.FetchAsync("--include", "*.bin"), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
    }

    [Test]
    public async Task Two_fetches_of_one_directory_do_not_mix()
    {
        await using var run = await FetchRun.StartAsync();
        run.Hub.Fail(new HubFault.Stalls(10) { Path = Store(run, "model.safetensors") });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Bound);
        var first = run.FetchAsync($"hub:{FetchRun.Name}@main", stop.Token);
        while (run.Hub.Stalled == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, run.Bound);
        }

        Assert.That(await run.FetchAsync(), Is.EqualTo(1));
        Assert.That((run.Reason, run.Retry), Is.EqualTo(("Unavailable", true)));
        Assert.That(run.Message, Does.Contain("another fetch"));
        await stop.CancelAsync();
        Assert.That(await first, Is.EqualTo(1));
        run.Hub.Heal();
        Assert.That(await run.FetchAsync(), Is.Zero);
    }

    private static string Store(FetchRun run, string name) =>
        run.Hub.Repository(FetchRun.Name).Files(run.Commit).First(file => file.Path == name).Sha256;
}
