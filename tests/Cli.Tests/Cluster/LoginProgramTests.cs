using System.Runtime.Versioning;
using System.Text;
using k8s.KubeConfigModels;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace Cli.Tests.Cluster;

/// <summary>A login program is run as kubectl runs it, and what goes wrong with it is one line.</summary>
[Platform("Linux,MacOsX")]
public sealed class LoginProgramTests
{
    private const string Answer =
        """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t 1"}}""";

    private const string NoCredential = "printed no ExecCredential with a token, or with a certificate and its key";

    [Test]
    public void Its_arguments_and_variables_reach_it_as_they_are()
    {
        var given = Run("printf '%s' \"$1\" | sed \"s/t 1/$WORD/\"", Answer);
        Assert.That(given.Token, Is.EqualTo("a  b"));
    }

    [Test]
    public void A_certificate_is_taken_too()
    {
        var given = Run(
            "echo \"$1\"",
            Answer.Replace("\"token\"", "\"clientKeyData\":\"k\",\"clientCertificateData\"", StringComparison.Ordinal)
        );
        Assert.That(given.ClientCertificateData, Is.EqualTo(Convert.ToBase64String(Encoding.UTF8.GetBytes("t 1"))));
    }

    [Test]
    public void It_is_told_what_is_asked_for()
    {
        var given = Run(
            "test \"${KUBERNETES_EXEC_INFO#*https://one.example}\" != \"$KUBERNETES_EXEC_INFO\" && echo \"$1\"",
            Answer
        );
        Assert.That(given.Token, Is.EqualTo("t 1"));
    }

    /// <summary>Something that it leaves running holds its output open, and may print, too.</summary>
    [Test]
    public void What_it_leaves_running_isnt_waited_for()
    {
        var given = Run("(sleep 20; echo late) & echo \"$1\"", Answer);
        Assert.That(given.Token, Is.EqualTo("t 1"));
    }

    /// <summary>What is piped to a command is for the command: the program finds nothing there.</summary>
    [Test]
    public void It_takes_nothing_of_what_is_piped_in()
    {
        Assume.That(Console.IsInputRedirected);
        Assert.That(Run("test -z \"$(cat)\" && echo \"$1\"", Answer).Token, Is.EqualTo("t 1"));
    }

    /// <summary>Whoever owns the folder that somebody works in mustn't run programs as them.</summary>
    [Test]
    [UnsupportedOSPlatform("windows")]
    public void A_name_is_looked_for_in_the_path_alone()
    {
        using var folder = new Folder();
        var (here, there) = (Directory.CreateDirectory(folder.Write("x", "") + ".here"), folder.Write("login", ""));
        var program = Path.Combine(here.FullName, "login");
        File.WriteAllText(program, "#!/bin/sh\n");
        var path = $".{Path.PathSeparator}{Path.GetDirectoryName(there)}{Path.PathSeparator}{here.FullName}";
        Assert.That(ProgramPath.Find("login", path), Is.Null, "neither may be executed");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.That(ProgramPath.Find("login", path), Is.EqualTo(program));
        Assert.That(ProgramPath.Find("login", "."), Is.Null);
        Assert.That(ProgramPath.Find("./login", path), Is.EqualTo(Path.GetFullPath("login")));
    }

    [TestCase("yes", "prints more than credentials")]
    [TestCase("exit 3", "ended with code 3")]
    [TestCase("echo hi", NoCredential)]
    [TestCase("", NoCredential)]
    [TestCase("echo \"$1\" | sed 's/t 1/t\\\\n1/'", NoCredential)]
    [TestCase("echo \"$1\" | sed s/token/clientCertificateData/", NoCredential)]
    [TestCase("echo '{}'", NoCredential)]
    public void What_goes_wrong_is_told(string script, string told) =>
        Assert.That(
            () => Run(script, Answer),
            Throws.TypeOf<FormatException>().With.Message.EqualTo($"the login program \"sh\" of user \"ann\" {told}")
        );

    [Test]
    public async Task One_that_isnt_there_is_one_line_with_the_hint()
    {
        using var folder = new Folder();
        var config = Kubeconfig
            .For("https://127.0.0.1:1")
            .Replace(
                "token: \"t\"",
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-login, installHint: get it at x}",
                StringComparison.Ordinal
            );
        var run = await Cli.Tests.Run.Async("list", "--kubeconfig", folder.Write("config", config));
        Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster));
        Assert.That(
            run.Err,
            Is.EqualTo(
                "kubectl-gemma: no usable kubeconfig: the login program \"no-such-login\" of user \"test\" isn't in "
                    + "any directory of $PATH; get it at x\n"
            )
        );
    }

    [Test]
    public async Task A_proxy_of_the_kubeconfig_isnt_passed_by()
    {
        using var folder = new Folder();
        var config = Kubeconfig
            .For("https://127.0.0.1:1")
            .Replace("cluster: {server", "cluster: {proxy-url: \"http://p:1\", server", StringComparison.Ordinal);
        var run = await Cli.Tests.Run.Async("list", "--kubeconfig", folder.Write("config", config));
        Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster));
        Assert.That(run.Err, Does.Contain("has proxy-url \"http://p:1\"").And.Contain("set HTTPS_PROXY"));
    }

    private static UserCredentials Run(string script, string argument) =>
        LoginProgram.Run(
            "ann",
            new UserCredentials
            {
                ExternalExecution = new ExternalExecution
                {
                    ApiVersion = "client.authentication.k8s.io/v1",
                    Command = "sh",
                    Arguments = ["-c", script, "sh", argument],
                    EnvironmentVariables = [new() { ["name"] = "WORD", ["value"] = "a  b" }],
                    ProvideClusterInfo = true,
                },
            },
            new ClusterEndpoint { Server = "https://one.example" }
        );
}
