package publish

func setUmask(mask int) int { return mask }
