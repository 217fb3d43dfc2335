using System.Net;
using System.Net.Sockets;
using GemmaOperator.Api.BaseImages;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow.Outages;

/// <summary>Nothing silent stops a fleet.</summary>
internal sealed class SilentFlowTests
{
    /// <summary>A busy machine has 20 s of its own for what one deadline and no more may take.</summary>
    private const int Hurry = 4;

    [Test]
    public async Task Silence_a_token_service_that_hangs_once_costs_both_teams_half_a_minute()
    {
        await using var stage = await Stage.StartAsync(startOperator: false, gpus: [2]);
        await using var gate = await TokenGate.StartAsync(stage.Registry.Host);
        var time = new HurriedTime(Hurry);
        (stage.Clock, stage.Mirror, stage.OtherRegistries) = (time, gate.Host, [gate.Host]);
        await stage.StartOperatorAsync();
        var began = time.GetTimestamp();
        foreach (var team in (string[])["one", "two"])
        {
            await stage.ApplyAsync(Named(stage, team));
        }

        foreach (var team in (string[])["one", "two"])
        {
            await stage.UntilAsync(i => i.Status?.Conditions.Count > 0, "it has a status", team);
        }

        // One deadline of 30 s, and four times what this machine takes besides; that it is one is proved with a clock
        // that stands still (SilentRegistryTests). A reconcile that held on would have ended after two minutes.
        Assert.That(time.GetElapsedTime(began), Is.InRange(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(110)));
        await stage.UntilReadyAsync("one");
        await stage.UntilReadyAsync("two");
        Assert.That(gate.Tokens, Is.GreaterThanOrEqualTo(2), "it was asked again");
    }

    [Test]
    public async Task Silence_sixty_objects_of_one_tenant_hold_up_nobody_else()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var host = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        await using var stage = await Stage.StartAsync(startOperator: false);
        if (stage.Cluster.Local is null)
        {
            Assert.Ignore("an operator of all namespaces would look after what other tests have on this API server");
        }

        (stage.LooksEverywhere, stage.OtherRegistries) = (true, [host]);
        var tenant = $"{stage.Cluster.Namespace}-x";
        await stage.Api.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = tenant } }, default);
        await stage.StartOperatorAsync();
        for (var i = 0; i < 60; i++)
        {
            var image = Named(stage, $"silent-{i}", $"{host}/team/base-{i}:1");
            image.Metadata.NamespaceProperty = tenant;
            await stage.ApplyAsync(image);
        }

        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(i => i.Status?.Conditions.Count > 0, "it has a status");
        var first = time.GetElapsedTime(began);
        await stage.UntilReadyAsync();
        var ready = time.GetElapsedTime(began);
        TestContext.Out.WriteLine(
            $"first status after {first.TotalSeconds:0.0} s, Ready after {ready.TotalSeconds:0.0} s"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(ready, Is.LessThan(TimeSpan.FromSeconds(30)));
        }
    }

    private static GemmaBaseImage Named(Stage stage, string name, string? from = null)
    {
        var image = stage.Image(s =>
            s with
            {
                Base = from is null ? s.Base : new BaseSpec { Image = from },
                Output = s.Output with { Repository = $"{stage.Repository}-{name}" },
            }
        );
        image.Metadata.Name = name;
        return image;
    }
}
