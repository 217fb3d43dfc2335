using System.Net;
using GemmaOperator.Egress;
using Operator.Tests.Registry;

namespace Operator.Tests.Egress;

/// <summary>What is connected to: addresses are judged after they were looked up, and those are connected to.</summary>
public sealed class EgressConnectionTests
{
    [TestCase("http://127.0.0.1:PORT/", "Loopback")]
    [TestCase("http://0x7f.1:PORT/", "Loopback")]
    [TestCase("http://2130706433:PORT/", "Loopback")]
    [TestCase("http://017700000001:PORT/", "Loopback")]
    [TestCase("http://127.0.0.1.:PORT/", "Loopback")]
    [TestCase("http://[::ffff:127.0.0.1]:PORT/", "Loopback")]
    [TestCase("http://[::1]:PORT/", "Loopback")]
    [TestCase("http://localhost:PORT/", "Loopback")]
    [TestCase("http://LOCALHOST:PORT/", "Loopback")]
    [TestCase("http://0.0.0.0:PORT/", "Reserved")]
    [TestCase("http://0:PORT/", "Reserved")]
    [TestCase("http://[::]:PORT/", "Reserved")]
    [TestCase("http://[fe80::1%251]:PORT/", "Reserved")]
    [TestCase("http://169.254.169.254/latest/meta-data", "Reserved")]
    [TestCase("http://user@127.0.0.1:PORT/", "Url")]
    [TestCase("ftp://127.0.0.1:PORT/", "Url")]
    [TestCase("file:///etc/passwd", "Url")]
    public async Task What_nobody_named_is_not_connected_to(string place, string why)
    {
        await using var inside = await Place.StartAsync(_ => Task.CompletedTask);
        var port = inside.Host.Split(':')[1];
        var asked = new Uri(place.Replace("PORT", port, StringComparison.Ordinal));
        Assert.That(
            (await RefusedAsync(new EgressRules(EgressPolicy.Default), asked)).Refusal.ToString(),
            Is.EqualTo(why)
        );
        Assert.That(inside.Requests, Is.Empty);
    }

    [TestCase("127.0.0.1", "Loopback")]
    [TestCase("10.96.0.10", "Cluster")]
    [TestCase("::ffff:10.96.0.10", "Cluster")]
    [TestCase("169.254.169.254", "Reserved")]
    [TestCase("64:ff9b::a9fe:a9fe", "Reserved")]
    public async Task A_name_is_what_it_stands_for(string address, string why) =>
        Assert.That(
            (
                await RefusedAsync(Rules(EgressPolicy.Default, address), new Uri("https://public.example/"))
            ).Refusal.ToString(),
            Is.EqualTo(why)
        );

    [Test]
    public async Task A_name_that_stands_for_another_address_later_is_judged_again()
    {
        await using var inside = await Place.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        var port = inside.Host.Split(':')[1];
        var asked = 0;
        var rules = new EgressRules(Egresses.Trusting($"rebound.example:{port}"))
        {
            Resolve = (_, _) =>
                Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "127.0.0.1" : "169.254.169.254")]),
        };
        using var http = EgressHandler.Client(rules);
        var url = new Uri($"http://rebound.example:{port}/");
        using (await SendAsync(http, url))
        {
            Assert.That(asked, Is.EqualTo(1), "what was judged is connected to, and not looked up once more");
        }

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(http, url));
        Assert.That(EgressRefusedException.In(failure)?.Refusal, Is.EqualTo(EgressRefusal.Reserved));
        Assert.That(inside.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_several_addresses_only_those_that_may_be_are_connected_to()
    {
        await using var inside = await Place.StartAsync(_ => Task.CompletedTask);
        var port = inside.Host.Split(':')[1];
        var rules = Rules(Egresses.Trusting("two.example"), "169.254.169.254", "127.0.0.1");
        using var http = EgressHandler.Client(rules);
        using var answer = await SendAsync(http, new Uri($"http://two.example:{port}/"));
        Assert.That(inside.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_trusted_host_is_trusted_at_its_port_alone()
    {
        await using var inside = await Place.StartAsync(_ => Task.CompletedTask);
        var rules = new EgressRules(Egresses.Trusting("127.0.0.1:1"));
        Assert.That(
            (await RefusedAsync(rules, new Uri($"http://{inside.Host}/"))).Refusal,
            Is.EqualTo(EgressRefusal.Loopback)
        );
        Assert.That(
            (await RefusedAsync(rules, new Uri($"http://{inside.Host}/"))).Remedy,
            Does.Contain($"--trusted-host={inside.Host} ")
        );
        using var http = EgressHandler.Client(new EgressRules(Egresses.Trusting(inside.Host)));
        using var answer = await SendAsync(http, new Uri($"http://{inside.Host}/"));
        Assert.That(answer.IsSuccessStatusCode);
    }

    [Test]
    public async Task The_metadata_server_has_a_way_of_its_own_that_leads_nowhere_else()
    {
        await using var metadata = await Place.StartAsync(_ => Task.CompletedTask);
        await using var other = await Place.StartAsync(_ => Task.CompletedTask);
        var rules = new EgressRules(new EgressPolicy { MetadataServer = new Uri($"http://{metadata.Host}") });
        using var http = EgressHandler.Client(rules);
        using var answer = await SendAsync(http, new Uri($"http://{metadata.Host}/token"), EgressPurpose.Metadata);
        Assert.That(answer.IsSuccessStatusCode);
        var elsewhere = new Uri($"http://{other.Host}/");
        Assert.That(
            (await RefusedAsync(rules, elsewhere, EgressPurpose.Metadata)).Refusal,
            Is.EqualTo(EgressRefusal.Url)
        );
        var asRegistry = new Uri($"http://{metadata.Host}/");
        Assert.That((await RefusedAsync(rules, asRegistry)).Refusal, Is.EqualTo(EgressRefusal.Loopback));
        Assert.That((metadata.Requests.Count, other.Requests.Count), Is.EqualTo((1, 0)));
    }

    [TestCase("http://r.example/v2/", EgressPurpose.Service, null, TestName = "A name is the proxy's to judge")]
    [TestCase("http://10.96.0.10/v2/", EgressPurpose.Service, EgressRefusal.Cluster)]
    [TestCase("http://169.254.169.254/v2/", EgressPurpose.Service, EgressRefusal.Reserved)]
    [TestCase("http://2852039166/v2/", EgressPurpose.Service, EgressRefusal.Reserved)]
    [TestCase("http://localhost/v2/", EgressPurpose.Service, EgressRefusal.Loopback)]
    [TestCase("http://r.example/v2/", EgressPurpose.PublicStore, EgressRefusal.NotPublic)]
    [TestCase("http://r.example/v2/", EgressPurpose.PrivateStore, null)]
    public async Task Through_a_proxy_addresses_are_judged_and_no_answer_counts_as_public(
        string place,
        object purpose,
        object? refusal
    )
    {
        await using var proxy = await Place.StartAsync(_ => Task.CompletedTask);
        var rules = Rules(EgressPolicy.Default, "127.0.0.1") with { Proxy = new WebProxy($"http://{proxy.Host}") };
        using var http = EgressHandler.Client(rules);
        var asked = new Uri(place);
        if (refusal is not null)
        {
            Assert.That((await RefusedAsync(rules, asked, (EgressPurpose)purpose)).Refusal, Is.EqualTo(refusal));
            Assert.That(proxy.Requests, Is.Empty);
            return;
        }

        using var answer = await SendAsync(http, asked, (EgressPurpose)purpose);
        Assert.That(proxy.Requests, Has.Count.EqualTo(1));
    }

    private static EgressRules Rules(EgressPolicy policy, params string[] addresses) =>
        new(policy)
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]),
            Networks = _ => ValueTask.FromResult(ClusterNetworks.Of(["10.96.0.0/12"])),
        };

    private static async Task<EgressRefusedException> RefusedAsync(
        EgressRules rules,
        Uri url,
        EgressPurpose purpose = EgressPurpose.Service
    )
    {
        using var http = EgressHandler.Client(rules);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(http, url, purpose));
        return EgressRefusedException.In(failure) ?? throw new AssertionException($"another failure: {failure}");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        Uri url,
        EgressPurpose purpose = EgressPurpose.Service
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.For(purpose);
        return await http.SendAsync(request);
    }
}
