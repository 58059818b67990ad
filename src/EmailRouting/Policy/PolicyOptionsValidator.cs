using Microsoft.Extensions.Options;

namespace EmailRouting.Policy;

[OptionsValidator]
public sealed partial class PolicyOptionsValidator : IValidateOptions<PolicyOptions>;
