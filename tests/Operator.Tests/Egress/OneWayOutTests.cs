using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Egress;

/// <summary>Nothing but the one handler makes connections of its own.</summary>
public sealed partial class OneWayOutTests
{
    [Test]
    public void Requests_leave_by_the_egress_handler_alone()
    {
        var sources = Directory
            .EnumerateFiles(Checkout.PathTo("operator"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Where(f => Maker().IsMatch(File.ReadAllText(f)))
            .Select(Path.GetFileName);
        Assert.That(sources, Is.EqualTo(new[] { "EgressHandler.cs" }));
    }

    [GeneratedRegex(
        @"\b(new (HttpClient|HttpMessageInvoker|Socket|TcpClient)(\(|\r|\n| |\{)|SocketsHttpHandler|HttpClientHandler)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Maker();
}
