using System.CommandLine;
using GemmaOperator.Hosting;
using GemmaOperator.Tenancy;

namespace Operator.Tests.Tenancy;

/// <summary>Tests what an operator lets tenants name that was started with options, and without.</summary>
internal sealed class TenancyOptionsTests
{
    [Test]
    public void What_is_not_given_restricts_nothing()
    {
        var policy = Read();
        Assert.That(
            policy,
            Is.EqualTo(new TenantPolicy { DefaultExecutorImage = "executor", DefaultServerImage = "server" })
        );
    }

    [Test]
    public void What_is_given_empty_allows_nothing()
    {
        var policy = Read("--allowed-server-image", "", "--allowed-csi-driver", "");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(policy.ServerImages, Is.Empty);
            Assert.That(policy.CsiDrivers, Is.Empty);
            Assert.That(policy.ExecutorImages, Is.Null);
        }
    }

    [Test]
    public void Each_option_adds_to_its_own_list()
    {
        var policy = Read("--allowed-runtime-class", "nvidia", "--allowed-runtime-class", "kata");
        Assert.That(policy.RuntimeClasses, Is.EqualTo(["nvidia", "kata"]));
    }

    [Test]
    public async Task An_operator_without_options_lets_a_spec_name_what_it_likes()
    {
        OperatorOptions? options = null;
        await GemmaOperator.Hosting.CommandLine.RunAsync(
            [],
            TextWriter.Null,
            (given, _) =>
            {
                options = given;
                return Task.FromResult(0);
            }
        );
        Assert.That(
            options!.Tenants with
            {
                DefaultExecutorImage = "",
            },
            Is.EqualTo(TenantPolicy.None with { DefaultExecutorImage = "" })
        );
    }

    private static TenantPolicy Read(params string[] arguments)
    {
        var options = new TenancyOptions();
        var command = new RootCommand();
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }

        return options.Read(command.Parse(arguments), "executor", "server");
    }
}
