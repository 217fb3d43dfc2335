namespace GemmaOperator.Builds.Inputs.Access;

/// <summary>
/// Says how the RUN steps of a rendered Dockerfile reach what they install: none of it is in the image, but its text is
/// part of a step's, and so of the key of its cached layer.
/// </summary>
/// <param name="Arguments">Names of the build arguments that they declare.</param>
/// <param name="HasBundle">Whether there are authorities to trust, in <see cref="CaBundle.File"/>.</param>
/// <param name="HasCredentials">Whether there are credentials for indexes, in <see cref="Netrc.File"/>.</param>
internal sealed record StepAccess(IReadOnlyList<string> Arguments, bool HasBundle = false, bool HasCredentials = false)
{
    /// <summary>Holds what a spec gets that says nothing.</summary>
    public static readonly StepAccess None = new([]);

    private const string Places =
        "/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt " + CaBundle.File;

    private static string Named => string.Join(' ', CaBundle.Variables.Select(v => $"{v}=$trust/ca.crt"));

    /// <summary>
    /// Renders what comes before the commands of a step that reaches out: a file with the public authorities and the
    /// spec's, outside the layer, and what names it. apt reads it as another user, and knows no variable for it.
    /// </summary>
    /// <param name="isPip">Whether pip is called, whose own authorities count where the base has none.</param>
    public IEnumerable<string> Open(bool isPip = false) =>
        [
            .. HasBundle ? Trust(isPip) : [],
            .. isPip && HasCredentials ? [$"export {Netrc.Variable}={Netrc.File}"] : (string[])[],
        ];

    private static IEnumerable<string> Trust(bool isPip) =>
        [
            "trust=$(mktemp -d)",
            $"for each in {Places}; do if [ -f $each ]; then cat $each; echo; fi; done > $trust/ca.crt",
            .. isPip
                ? new[]
                {
                    "python3 -c 'import pip._vendor.certifi as c; print(open(c.where()).read())' >> $trust/ca.crt "
                        + "2> /dev/null || :",
                }
                : [],
            "printf 'Acquire::https::CAInfo \"%s\";\\n' $trust/ca.crt > $trust/apt.conf",
            "chmod -R a+rX $trust",
            $"export APT_CONFIG=$trust/apt.conf {Named}",
        ];

    /// <summary>Renders what comes after them: nothing of it stays in the layer.</summary>
    public IEnumerable<string> Close() => HasBundle ? ["rm -rf $trust"] : [];
}
