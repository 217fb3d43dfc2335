using System.CommandLine;
using GemmaOperator.Hosting;
using KubectlGemma.Images;

namespace KubectlGemma.Commands;

/// <summary>Holds the options by which a command speaks to registries.</summary>
internal sealed class RegistryOptions
{
    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "The registry is spoken to over plain HTTP, credentials included.",
    };

    private readonly EgressArguments _egress = new();

    public void AddTo(Command command)
    {
        command.Options.Add(_insecure);
        command.Options.Add(_egress.Realms);
    }

    public RegistryChoice Read(ParseResult result) =>
        new(result.GetValue(_insecure), result.GetValue(_egress.Realms) ?? []);
}
