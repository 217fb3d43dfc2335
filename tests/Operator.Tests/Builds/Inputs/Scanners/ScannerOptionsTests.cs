using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Scanning;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Scanners;

namespace Operator.Tests.Builds.Inputs.Scanners;

internal sealed class ScannerOptionsTests
{
    [TestCase(ScannerKind.Trivy, "--offline-scan", "TRIVY_PARALLEL")]
    [TestCase(ScannerKind.Grype, "--verbose", "GRYPE_DB_MAX_ALLOWED_BUILT_AGE")]
    [TestCase(ScannerKind.OSVScanner, "--verbosity=debug", "GOMEMLIMIT")]
    public void What_says_how_a_scanner_works_is_taken(ScannerKind scanner, string flag, string name)
    {
        var options = ScannerOptions
            .Parse(
                new ScanSpec
                {
                    Scanner = scanner,
                    Args = [flag],
                    Env = [new EnvironmentVariable { Name = name, Value = "1" }],
                }
            )
            .Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Flags, Is.EqualTo([flag]));
            Assert.That(options.Variables, Is.EqualTo([KeyValuePair.Create(name, "1")]));
            Assert.That(options.Database, Is.Null);
        }
    }

    [Test]
    public void All_that_is_wrong_is_told_at_once() =>
        Assert.That(
            ScannerOptions
                .Parse(
                    new ScanSpec
                    {
                        Args = ["--severity=LOW", "x"],
                        Env = [new EnvironmentVariable { Name = "TRIVY_CONFIG", Value = "/x" }],
                        Database = new ScanDatabase(),
                    }
                )
                .Problems,
            Has.Count.EqualTo(4)
        );

    [TestCase("--severity=LOW", "failOn")]
    [TestCase("--output=/x", "one form")]
    [TestCase("--skip-db-update", "spec.verification.scan.database")]
    [TestCase("--server=https://elsewhere.example", "a server would give the verdict")]
    [TestCase("--a-flag-of-tomorrow", "failOn")]
    public void A_refused_flag_has_its_reason(string flag, string reason) =>
        Assert.That(
            ScannerOptions.Parse(new ScanSpec { Args = [flag] }).Problems.Single().Problem,
            Does.Contain(flag.Split('=')[0]).And.Contain(reason)
        );

    [TestCase("--")]
    [TestCase("-q")]
    [TestCase("--deb")]
    [TestCase("--Debug")]
    [TestCase("--debug=true")]
    [TestCase("--debug=")]
    [TestCase(" --debug")]
    [TestCase("--debug\n")]
    [TestCase("--debug --severity=LOW")]
    [TestCase("--verbosity=error")]
    [TestCase("other-image")]
    [TestCase("")]
    [TestCase("$(FLAG)")]
    public void What_is_not_just_a_flag_of_the_list_is_refused(string text) =>
        Assert.That(ScannerOptions.Parse(new ScanSpec { Args = [text] }).Problems, Has.Count.EqualTo(1));

    [TestCase("LD_PRELOAD")]
    [TestCase("NODE_OPTIONS")]
    [TestCase("HOME")]
    [TestCase("XDG_CONFIG_HOME")]
    [TestCase("GRYPE_CONFIG")]
    [TestCase("trivy_debug")]
    [TestCase("TRIVY_DEBUG ")]
    [TestCase("TRIVY_CACHE_DIR")]
    [TestCase("GRYPE_DB_VALIDATE_AGE")]
    [TestCase("")]
    public void What_is_not_just_a_variable_of_the_list_is_refused(string name) =>
        Assert.That(
            ScannerOptions
                .Parse(new ScanSpec { Env = [new EnvironmentVariable { Name = name, Value = "true" }] })
                .Problems,
            Has.Count.EqualTo(1)
        );

    [TestCase("TRIVY_DB_REPOSITORY", false)]
    [TestCase("GRYPE_DB_UPDATE_URL", false)]
    [TestCase("TRIVY_INSECURE", false)]
    [TestCase("TRIVY_SEVERITY", true)]
    [TestCase("TRIVY_A_VARIABLE_OF_TOMORROW", true)]
    [TestCase("trivy_severity", true)]
    [TestCase("GRYPE_IGNORE", true)]
    [TestCase("OSV_SCANNER_CONFIG", true)]
    [TestCase("PATH_OF_SOMETHING_ELSE", false)]
    public void A_build_s_variables_are_of_how_a_scanner_reaches_things_alone(string name, bool isRefused) =>
        Assert.That(ScannerVariables.IsRefused(name), Is.EqualTo(isRefused));
}
