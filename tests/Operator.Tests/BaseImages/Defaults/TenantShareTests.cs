using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Tenancy;

namespace Operator.Tests.BaseImages.Defaults;

/// <summary>What tenants name is judged as it is used.</summary>
internal sealed class TenantShareTests
{
    private static readonly DefaultsLayer Operators = DefaultsText
        .Parse(
            DefaultsOrigin.Operator,
            "verification: {scan: {enabled: true, scanner: Grype, image: registry.example/grype:1}}"
        )
        .Value;

    [Test]
    public void A_scanner_of_an_object_is_judged_though_the_operator_switches_it_on()
    {
        var policy = new TenantPolicy { ScannerImages = [] };
        var defaults = new DefaultsInForce(null, Operators, []);
        var image = A.BaseImage(s =>
            s with
            {
                Verification = s.Verification with
                {
                    Scan = s.Verification.Scan with { Image = "registry.example/own/scanner:1" },
                },
            }
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                TenantPolicyCheck.Judge(policy, Inheritance.Of(image.Spec!, defaults).OfTenant!).Select(e => e.Path),
                Is.EqualTo(new[] { "spec.verification.scan.image" })
            );
            Assert.That(
                TenantPolicyCheck.Judge(policy, Inheritance.Of(A.BaseImage().Spec!, defaults).OfTenant!),
                Is.Empty,
                "the operator's own is allowed"
            );
        }
    }
}
