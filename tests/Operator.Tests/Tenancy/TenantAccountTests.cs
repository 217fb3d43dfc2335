using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Operator.Tests.Runtime.Client;

namespace Operator.Tests.Tenancy;

/// <summary>What is written for a tenant is written as its account, and nothing else is.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TenantAccountTests
{
    [TestCase("create", "jobs.batch", "ml", true)]
    [TestCase("delete", "jobs.batch", "ml", true)]
    [TestCase("patch", "deployments.apps", "ml", true)]
    [TestCase("patch", "services", "ml", true)]
    [TestCase("patch", "poddisruptionbudgets.policy", "ml", true)]
    [TestCase("create", "persistentvolumeclaims", "ml", true)]
    [TestCase("create", "secrets", "ml", true)]
    [TestCase("get", "secrets", "ml", true)]
    [TestCase("list", "secrets", "ml", true)]
    [TestCase("watch", "configmaps", "ml", true)]
    [TestCase("list", "secrets", null, false)]
    [TestCase("list", "jobs.batch", "ml", false)]
    [TestCase("get", "deployments.apps", "ml", false)]
    [TestCase("create", "gemmabuilds.gemmaoperator.io", "ml", false)]
    [TestCase("patch", "gemmabaseimages.gemmaoperator.io/status", "ml", false)]
    [TestCase("create", "events", "ml", false)]
    [TestCase("patch", "leases.coordination.k8s.io", "gemma-system", false)]
    public void Who_asks(string verb, string resource, string? ns, bool isTenant) =>
        Assert.That(
            TenantAccount.For(new KubeRequest(verb, resource, ns, "x"), "gemma"),
            isTenant ? Is.EqualTo($"system:serviceaccount:{ns}:gemma") : Is.Null
        );

    [Test]
    public async Task The_account_stands_in_the_request_and_only_where_it_asks()
    {
        var seen = new List<string>();
        await using var server = await AnswerServer.StartAsync();
        server.Answer = context =>
        {
            seen.Add($"{context.Request.Path} {context.Request.Headers["Impersonate-User"]}");
            return context.Response.WriteAsync("""{"kind":"X","apiVersion":"v1","metadata":{"name":"x"}}""");
        };
        var options = TransportSettings.For(new OperatorOptions { ImpersonatedAccount = "gemma" }, "test");
        var api = server.Api(options, TimeProvider.System);
        await api.GetAsync<V1Secret>("ml", "x", CancellationToken.None);
        await api.GetAsync<V1Job>("ml", "x", CancellationToken.None);
        Assert.That(
            seen,
            Is.EqualTo([
                "/api/v1/namespaces/ml/secrets/x system:serviceaccount:ml:gemma",
                "/apis/batch/v1/namespaces/ml/jobs/x ",
            ])
        );
    }
}
