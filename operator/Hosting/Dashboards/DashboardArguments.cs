using System.CommandLine;
using System.Net;

namespace GemmaOperator.Hosting.Dashboards;

/// <summary>Holds the options of the dashboard.</summary>
internal sealed class DashboardArguments
{
    private readonly Option<IPEndPoint?> _listen = new("--dashboard")
    {
        Description =
            "ADDRESS:PORT of pages to look at, for whoever has a token of the cluster and may read what they show "
            + "(default: there are none).",
        CustomParser = given =>
        {
            var text = given.Tokens[0].Value;
            if (IPEndPoint.TryParse(text, out var listen) && listen.Port > 0)
            {
                return listen;
            }

            given.AddError($"--dashboard: '{text}' isn't an IP address and a port, such as 0.0.0.0:8081");
            return null;
        },
    };

    private readonly Option<string?> _certificate = new("--dashboard-certificate")
    {
        Description =
            "Folder with tls.crt and tls.key, with which they are served by HTTPS; it is read again when it changes.",
    };

    public IEnumerable<Option> All => [_listen, _certificate];

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_certificate) is not null && result.GetResult(_listen) is null)
            {
                result.AddError("--dashboard-certificate needs --dashboard ADDRESS:PORT");
            }
        });
    }

    public DashboardOptions? Read(ParseResult result) =>
        result.GetValue(_listen) is { } listen ? new DashboardOptions(listen, result.GetValue(_certificate)) : null;
}
