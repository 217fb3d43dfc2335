using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Upgrade;
using GemmaOperator.Egress;
using Operator.Tests.Registry;

namespace Operator.Tests.Upgrade;

/// <summary>
/// Kind: a rule that is new is told before it comes in. Registries in the cluster aren't asked any more unless the
/// operator was told of them.
/// </summary>
internal sealed class EgressOutlookTests
{
    private static readonly ClusterNetworks Networks = ClusterNetworks.Of(["10.96.0.0/12"]);

    [TestCase("registry.tools.svc:5000", "registry.tools.svc:5000")]
    [TestCase("registry.tools.svc.cluster.local", "registry.tools.svc.cluster.local:443")]
    [TestCase("10.96.4.4:5000", "10.96.4.4:5000")]
    [TestCase("127.0.0.1:5000", "127.0.0.1:5000")]
    [TestCase("localhost:5000", "localhost:5000")]
    public void One_in_the_cluster_is_told_with_its_field_and_the_option(string host, string trusted)
    {
        var note = Judge(host, EgressPolicy.Default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(note?.Effect, Is.EqualTo(UpgradeEffect.Refuses));
            Assert.That(
                note?.Why,
                Does.StartWith($"EgressRefused: spec.output.repository: {host} is in the cluster")
                    .And.Contain($"--trusted-host={trusted}")
            );
            Assert.That(Judge(host, Egresses.Trusting(trusted)), Is.Null, "what the option does");
        }
    }

    [TestCase("europe-west1-docker.pkg.dev")]
    [TestCase("10.0.0.5:5000")]
    [TestCase("registry.example.com:5000")]
    [TestCase("svc.example.com")]
    public void One_elsewhere_is_not(string host) => Assert.That(Judge(host, EgressPolicy.Default), Is.Null);

    private static UpgradeNote? Judge(string host, EgressPolicy policy)
    {
        var inputs = A.Inputs();
        return EgressOutlook.Judge(
            inputs with
            {
                Template = inputs.Template with
                {
                    Output = inputs.Template.Output with { Repository = $"{host}/team/base" },
                },
            },
            policy,
            Networks
        );
    }
}
